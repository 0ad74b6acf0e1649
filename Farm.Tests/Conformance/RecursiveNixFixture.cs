using Farm.Cli.Building;
using Farm.Daemon.Configuration;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Wire;
using Farm.Tests.Daemon.Building;
using Farm.Tests.Daemon.Support;
using Farm.Tests.Support;

namespace Farm.Tests.Conformance;

/// <summary>A store of real Nix's and one of Farm's, with the same derivations.</summary>
public sealed class RecursiveNixFixture : IAsyncLifetime, IDisposable
{
    private const string Experiments = "nix-command recursive-nix ca-derivations";

    /// <summary>Where the builder finds the programs of Nix, which are the host's.</summary>
    private const string Paths = $"/bin/sh={SandboxFactAttribute.Busybox} /usr /lib /lib64";

    private const int MostAttempts = 5;

    private static readonly TimeSpan s_longestRun = TimeSpan.FromMinutes(1);

    private readonly RealNix _nix = new();
    private BuilderBench? _farm;

    private BuilderBench Farm => _farm ?? throw new InvalidOperationException("real Nix is not on this machine");

    public async Task InitializeAsync()
    {
        if (new BuildingDaemonFactAttribute().Skip is not null)
            return;
        var settings = NixSettings
            .Empty.With("experimental-features", Experiments)
            .With("max-jobs", "1")
            .With("cores", "2")
            .With("sandbox-paths", Paths);
        string[] names = [.. RecursiveNixCases.Scripts.Keys];
        _farm = await BuilderBench.OpenAsync(RecursiveNixCases.Expression, settings, names);
        var file = Path.Combine(_nix.Root, "default.nix");
        await File.WriteAllTextAsync(file, RecursiveNixCases.Expression);
        await _nix.InstantiateAsync(file, [.. names.SelectMany(name => (string[])["-A", name])], default);
    }

    public async Task DisposeAsync()
    {
        if (_farm is not null)
            await _farm.DisposeAsync();
    }

    public void Dispose() => _nix.Dispose();

    /// <summary>What real Nix does.</summary>
    /// <remarks>Nix 2.8 serves builders in threads of the process that builds. Two that fork at the same time can keep each other's pipes
    /// open, and then wait for their ends for ever: such a run is ended, and tells nothing.</remarks>
    internal async Task<(int ExitCode, string Output, string Error)> NixAsync(string name)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var limit = new CancellationTokenSource(s_longestRun);
            try
            {
                return await RunNixAsync(name, limit.Token);
            }
            catch (OperationCanceledException) when (attempt < MostAttempts)
            {
                // Again.
            }
        }
    }

    private Task<(int ExitCode, string Output, string Error)> RunNixAsync(string name, CancellationToken ct) =>
        _nix.TryRunAsync(
            "nix-store",
            [
                "--realise",
                _nix.StoreDir.Print(Farm.Drv[name]),
                "--option",
                "experimental-features",
                Experiments,
                "--option",
                "system-features",
                "recursive-nix",
                "--option",
                "sandbox-paths",
                Paths,
                "--option",
                "max-jobs",
                "1",
                "--option",
                "cores",
                "2",
            ],
            new Dictionary<string, string>(),
            ct
        );

    internal async Task<(BuildResult Result, IReadOnlyList<string> Log)> FarmAsync(string name)
    {
        var log = new RecordingLog();
        var result = await Farm.BuildAsync(name, log, BuilderBench.Client with { MaxJobs = 1 });
        return (result, log.Output);
    }

    internal string NixFact(StorePath output)
    {
        using var store = ForeignStore.Open(_nix.Root, _nix.StoreDir);
        return Fact(store.Query(output)!); // It is built.
    }

    internal async Task<string> FarmFactAsync(StorePath output) =>
        Fact((await Farm.Store.QueryAsync(output, CancellationToken.None))!); // It is built.

    internal string NixContents(StorePath output) => Contents(_nix.Physical(output));

    internal string FarmContents(StorePath output) => Contents(Farm.Store.Layout.ToPhysical(output));

    private string Fact(PathInfo info) => ConformanceResult.Fact(_nix.StoreDir, info);

    private static string Contents(string file) => File.Exists(file) ? File.ReadAllText(file) : "no file";
}
