using System.Diagnostics;
using Farm.Cli.Settings;
using Farm.Store.Integrity;
using Farm.Store.Local;
using Farm.Store.Paths;
using Farm.Tests.Support;
using Farm.Worker.Execution;
using Farm.Worker.Running;

namespace Farm.Tests.Worker.Execution;

public sealed class RebuildRepairSourceTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;

    [FarmProcessFact]
    public async Task What_real_Nix_has_built_is_built_again_and_given_back()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        using var nix = new RealNix();
        var path = await BuildAsync(nix, "echo built > $out");
        var report = await RepairAsync(temporary, nix, path);
        Assert.False(report.HasErrors);
        Assert.True(Assert.Single(report.Findings.OfType<VerifyFinding.Changed>()).IsMended);
        Assert.Equal("built\n", await File.ReadAllTextAsync(nix.Physical(path), s_ct));
        await nix.RunAsync("nix-store", ["--verify", "--check-contents", "--repair"], s_ct);
    }

    [FarmProcessFact]
    public async Task What_comes_out_otherwise_is_refused_and_the_damaged_path_stays()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        using var nix = new RealNix();
        var path = await BuildAsync(nix, "read x < /proc/sys/kernel/random/uuid; echo $x > $out");
        var report = await RepairAsync(temporary, nix, path);
        var finding = Assert.Single(report.Findings.OfType<VerifyFinding.Changed>());
        Assert.False(finding.IsMended);
        Assert.Contains("came out otherwise", finding.Reason, StringComparison.Ordinal);
    }

    private static async Task<StorePath> BuildAsync(RealNix nix, string script)
    {
        var expression =
            "derivation { name = \"again\"; system = builtins.currentSystem; builder = \"/bin/sh\"; "
            + $"args = [ \"-c\" \"{script.Replace("$", "\\$", StringComparison.Ordinal)}\" ]; }}";
        var derivations = await nix.InstantiateAsync("-E", [expression], s_ct);
        var said = await nix.RunAsync("nix-store", ["--realise", nix.StoreDir.Print(derivations[0])], s_ct);
        return nix.StoreDir.ParsePath(said.Trim());
    }

    private static async Task<VerifyReport> RepairAsync(TemporaryStore temporary, RealNix nix, StorePath path)
    {
        var file = nix.Physical(path);
        using var damage = Process.Start(
            "/bin/sh",
            ["-c", $"printf X | dd of='{file}' conv=notrunc status=none; touch -d @1 '{file}'"]
        );
        await damage.WaitForExitAsync(s_ct);
        var settings = new LocalStoreSettings
        {
            Layout = StoreLayout.Create(nix.Root, nix.StoreDir),
            Immutable = ImmutableBit.Off,
        };
        await using var store = await LocalStore.OpenAsync(settings, temporary.System, TimeProvider.System, s_ct);
        using var launcher = new SandboxLauncher(SandboxProgram.Find(null));
        var parts = new LocalBuildParts(
            store,
            SandboxConfig.Read(SettingsFile.Defaults(), store.StoreDir),
            launcher,
            new BuildUsers(temporary.Work("users"))
        );
        var source = new RebuildRepairSource(store, () => parts);
        return await new StoreVerifier(store).VerifyAsync(new(CheckContents: true, source), null, s_ct);
    }
}
