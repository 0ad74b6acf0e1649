using Farm.Benchmarks.Measuring;

namespace Farm.Benchmarks.Daemons;

/// <summary>Farm's daemon and Nix's, on stores alike, and where figures of both go.</summary>
internal sealed record DaemonPair(
    BenchmarkRun Run,
    WorkFolder Work,
    BuildWay Way,
    RunningDaemon Farm,
    RunningDaemon Nix
) : IAsyncDisposable
{
    private const int Rounds = 5;

    /// <summary>Starts both; they end when this is disposed.</summary>
    public static async Task<DaemonPair> StartAsync(
        BenchmarkRun run,
        WorkFolder work,
        BuildWay way,
        CancellationToken ct
    )
    {
        var farm = await RunningDaemon.StartAsync(
            work.Path($"farm-{way.Directory}"),
            [FarmProgram.Find(), "daemon"],
            way,
            ct
        );
        try
        {
            var nix = await RunningDaemon.StartAsync(work.Path($"nix-{way.Directory}"), ["nix-daemon"], way, ct);
            return new DaemonPair(run, work, way, farm, nix);
        }
        catch
        {
            await farm.DisposeAsync();
            throw;
        }
    }

    public IEnumerable<RunningDaemon> Both => [Farm, Nix];

    public Task CompareAsync(string what, Func<RunningDaemon, Contender> way, CancellationToken ct) =>
        Run.CompareAsync(what, Rounds, way(Farm), way(Nix), ct);

    public async ValueTask DisposeAsync()
    {
        await Farm.DisposeAsync();
        await Nix.DisposeAsync();
    }
}
