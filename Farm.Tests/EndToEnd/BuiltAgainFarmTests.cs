using System.Text.Json;
using Farm.Tests.EndToEnd.Processes;
using Farm.Tests.Support;

namespace Farm.Tests.EndToEnd;

/// <summary><c>farm build --check</c> and <c>--repair</c> as people call them, on a coordinator and a worker.</summary>
public sealed class BuiltAgainFarmTests : IAsyncLifetime, IDisposable
{
    private readonly RealNix _nix = new();
    private readonly TemporaryDirectory _directory = new();
    private readonly FarmProcesses? _farm = new FarmProcessFactAttribute().Skip is null
        ? new(TimeSpan.FromSeconds(120))
        : null;

    private FarmProcesses Farm => _farm ?? throw new InvalidOperationException("no farm can run here");

    [FarmProcessFact]
    public async Task What_comes_out_otherwise_ends_with_104_and_is_told_with_hashes_worker_and_place()
    {
        await Farm.StartCoordinatorAsync();
        await Farm.StartWorkerAsync("worker", 1);
        foreach (var attribute in (string[])["drifting", "floating"])
        {
            Assert.Equal(0, (await BuildAsync(attribute)).ExitCode);
            var (code, run) = await BuildAsync(attribute, "--check", "--keep-failed");
            Assert.True(code == 104, Farm.Told());
            var kept = Directory.GetFileSystemEntries(Farm.StoreDirectory("worker"), $"*-{attribute}.check").Single();
            Assert.Contains(run.Error, line => line.StartsWith("  recorded: sha256:", StringComparison.Ordinal));
            Assert.Contains(
                run.Error,
                line =>
                    line.StartsWith("  built:    sha256:", StringComparison.Ordinal)
                    && line.EndsWith($"on worker worker at '{kept}'", StringComparison.Ordinal)
            );
        }

        var (jsonCode, printed) = await BuildAsync("drifting", "--check", "--json");
        Assert.Equal(104, jsonCode);
        using var report = JsonDocument.Parse(string.Join('\n', printed.Out));
        var failure = report.RootElement.GetProperty("failures")[0];
        Assert.Equal("worker", failure.GetProperty("worker").GetString());
        var difference = failure.GetProperty("difference");
        var built = difference.GetProperty("builtHash").GetString();
        Assert.StartsWith("sha256:", built, StringComparison.Ordinal);
        Assert.NotEqual(difference.GetProperty("recordedHash").GetString(), built);
        Assert.Equal(1, report.RootElement.GetProperty("usage").GetProperty("builders").GetInt32());
    }

    [FarmProcessFact]
    public async Task What_comes_out_the_same_ends_well_and_what_fails_tells_where_its_directory_is()
    {
        await Farm.StartCoordinatorAsync();
        await Farm.StartWorkerAsync("worker", 1);
        var (first, notBuilt) = await BuildAsync("same", "--check");
        Assert.Equal(1, first);
        Assert.Contains("checking is not possible", notBuilt.Error[^1], StringComparison.Ordinal);
        Assert.Equal(0, (await BuildAsync("same")).ExitCode);
        var (code, run) = await BuildAsync("same", "--check");
        Assert.True(code == 0, Farm.Told());
        Assert.EndsWith("-same", run.Out.Single(), StringComparison.Ordinal);

        var (failed, told) = await BuildAsync("failing", "--keep-failed");
        Assert.Equal(100, failed);
        var kept = Path.Combine(Farm.DataDirectory("worker"), "nix/var/nix/farm-kept-builds/nix-build-failing.drv-0");
        Assert.True(File.Exists(Path.Combine(kept, "clue")));
        Assert.Contains($"The build directory is kept on worker worker at '{kept}'.", told.Error);

        var (refused, why) = await BuildAsync("same", "--check", "--repair");
        Assert.Equal(1, refused);
        Assert.Contains("--check and --repair exclude one another", why.Error[^1], StringComparison.Ordinal);
        var (_, list) = await Farm.RunAsync("builds");
        Assert.Contains("CPU", list.Out[0], StringComparison.Ordinal);
        Assert.Contains("WRITTEN", list.Out[0], StringComparison.Ordinal);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_farm is not null)
            await _farm.DisposeAsync();
    }

    public void Dispose()
    {
        _nix.Dispose();
        _directory.Dispose();
    }

    private async Task<(int ExitCode, ProgramRun Run)> BuildAsync(string attribute, params string[] options)
    {
        var file = _directory.File("again.nix");
        await File.WriteAllTextAsync(file, Expression, Farm.Ct);
        string[] arguments = ["-A", attribute, "--option", "experimental-features", "ca-derivations"];
        var drv = _nix.StoreDir.Print((await _nix.InstantiateAsync(file, arguments, Farm.Ct)).Single());
        return await Farm.RunAsync(["build", "--from", _nix.Root, "--no-out-link", .. options, drv]);
    }

    private const string Expression = """
        let
          make = name: attributes: script: derivation ({
            inherit name; system = builtins.currentSystem; builder = "/bin/sh"; args = [ "-euc" script ];
          } // attributes);
        in {
          same = make "same" { } "echo same > $out";
          failing = make "failing" { } "echo here > clue; exit 1";
          drifting = make "drifting" { } "cat /proc/sys/kernel/random/uuid > $out";
          floating = make "floating" { __contentAddressed = true; outputHashMode = "recursive"; outputHashAlgo = "sha256"; }
            "echo $out > $out; cat /proc/sys/kernel/random/uuid >> $out";
        }
        """;
}
