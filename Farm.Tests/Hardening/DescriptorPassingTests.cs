using System.Diagnostics;
using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.Paths;
using Farm.Tests.Support;
using Farm.Tests.Worker.Running;
using Farm.Worker.Sandboxes;

namespace Farm.Tests.Hardening;

/// <summary>A fixed-output build hands an open file of its output to a process outside (CVE-2024-27297 of Nix).</summary>
public sealed class DescriptorPassingTests(AttemptBench bench) : IClassFixture<AttemptBench>
{
    [SandboxFact]
    public async Task What_a_build_with_network_has_handed_out_is_not_what_becomes_valid() =>
        Assert.Equal("honest", await ContentAfterwardsAsync(isFixed: true));

    [SandboxFact]
    public async Task Nor_is_what_one_without_a_sandbox_has_handed_out() =>
        Assert.Equal(
            "honest",
            await ContentAfterwardsAsync(isFixed: false, owner: bench.Spec(Surroundings.Root).Ids.HostUid)
        );

    /// <summary>Such a file of another build could be changed; but that has a network of its own, which nobody reaches.
    /// </summary>
    [SandboxFact]
    public async Task Without_the_copy_the_attempt_works() =>
        Assert.Equal("gained", await ContentAfterwardsAsync(isFixed: false));

    [SandboxFact]
    public async Task A_build_with_a_network_of_its_own_is_not_reached_from_outside()
    {
        using var outside = Outside();
        var spec = bench.Spec(Surroundings.Root, "hand_over") with { Timeout = TimeSpan.FromSeconds(2) };
        Assert.IsType<SandboxResult.TimedOut>(await bench.RunAsync(spec));
        Assert.False(outside.HasExited);
        outside.Kill(entireProcessTree: true); // The attempt is a process of its own.
    }

    private async Task<string> ContentAfterwardsAsync(bool isFixed, uint? owner = null)
    {
        using var outside = Outside();
        var spec = bench.Spec(Surroundings.FixedOutput, "hand_over");
        Assert.IsType<SandboxResult.Exited>(await bench.RunAsync(spec));
        Assert.Equal("taken", await outside.StandardOutput.ReadLineAsync());

        await using var temporary = await TemporaryStore.OpenAsync(ImmutableBit.Off);
        var address = isFixed
            ? ContentAddress.Create(ContentAddressMethod.Flat, Hash.Compute(HashAlgorithm.Sha256, "honest"u8))
            : null;
        var path = address is null
            ? SandboxBench.Output
            : StorePathMaker.Fixed(temporary.Store.StoreDir, StorePathName.Parse(SandboxBench.Output.Name), address);
        var output = new BuiltOutput(path, spec.OutputPath(SandboxBench.Output), address) { Owner = owner };
        await temporary.Store.RegisterOutputsAsync([output], [], null, CancellationToken.None);
        await outside.StandardInput.WriteLineAsync();
        Assert.Equal("take_over gained", await outside.StandardOutput.ReadLineAsync());
        return await File.ReadAllTextAsync(temporary.Store.Layout.ToPhysical(path));
    }

    /// <summary>A process of the host that takes what it is handed, and changes it when it is given a line.</summary>
    private Process Outside()
    {
        var start = new ProcessStartInfo(bench.Program, ["take_over"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["SOCKET"] = bench.SocketName;
        return Process.Start(start)!; // Null only where a shell starts it.
    }
}
