using Farm.Cli;
using Farm.Cli.Terminals;
using Farm.Store.Paths;
using Farm.Tests.Conformance;
using Farm.Tests.Support;

namespace Farm.Tests.Cli.Commands.Stores;

/// <summary>In a store that real Nix made and built in.</summary>
public sealed class CheckCommandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [ConformanceFact]
    public async Task What_real_nix_built_is_built_again_and_compared()
    {
        using var nix = new RealNix();
        var (same, other) = (
            await BuiltAsync(nix, "same", "echo told >&2; echo same > $out"),
            await BuiltAsync(nix, "other", "read x < /proc/sys/kernel/random/uuid; echo $x > $out")
        );

        var (code, output, told) = await CheckAsync(nix, nix.StoreDir.Print(same.Drv));
        Assert.True(code == 0, told);
        Assert.Equal($"{same.Output}\n", output);
        Assert.Contains("told\n", told, StringComparison.Ordinal);

        (code, _, told) = await CheckAsync(nix, nix.StoreDir.Print(other.Drv), "--keep-failed");
        Assert.True(code == 104, told);
        var kept = $"{nix.Root}{other.Output}.check";
        Assert.Contains(
            $"derivation '{nix.StoreDir.Print(other.Drv)}' may not be deterministic: output '{other.Output}' differs from '{kept}'",
            told,
            StringComparison.Ordinal
        );
        Assert.NotEqual(await File.ReadAllTextAsync(kept), await File.ReadAllTextAsync(nix.Root + other.Output));
    }

    [ConformanceFact]
    public async Task What_was_not_built_cannot_be_compared()
    {
        using var nix = new RealNix();
        var drv = await InstantiatedAsync(nix, "never", "echo x > $out");
        var (code, _, told) = await CheckAsync(nix, nix.StoreDir.Print(drv));
        Assert.Equal(1, code);
        Assert.Contains("checking is not possible", told, StringComparison.Ordinal);
    }

    private async Task<(StorePath Drv, string Output)> BuiltAsync(RealNix nix, string name, string script)
    {
        var drv = await InstantiatedAsync(nix, name, script);
        var output = await nix.RunAsync("nix-store", ["--realise", nix.StoreDir.Print(drv)], CancellationToken.None);
        return (drv, output.Trim());
    }

    private async Task<StorePath> InstantiatedAsync(RealNix nix, string name, string script)
    {
        var file = _directory.File($"{name}.nix");
        await File.WriteAllTextAsync(
            file,
            $$"""
            derivation { name = "{{name}}"; system = builtins.currentSystem; builder = "/bin/sh"; args = [ "-c" "{{script}}" ]; }
            """
        );
        return Assert.Single(await nix.InstantiateAsync(file, [], CancellationToken.None));
    }

    private async Task<(int Code, string Out, string Error)> CheckAsync(RealNix nix, params string[] arguments)
    {
        var config = _directory.File("farm.hocon");
        await File.WriteAllTextAsync(config, $"farm.worker.build-users-dir = \"{_directory.File("users")}\"");
        using var output = new StringWriter();
        using var errors = new StringWriter();
        using var raw = new MemoryStream();
        var terminal = new FarmTerminal(output, raw, errors, IsLive: false, OutHasColour: false, ErrorHasColour: false);
        string[] all = ["store", "--store", nix.Root, "check", .. arguments, "--config", config];
        var code = await FarmProgram.RunAsync(all, terminal);
        return (code, output.ToString(), errors.ToString());
    }
}
