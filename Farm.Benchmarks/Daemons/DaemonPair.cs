using Farm.Benchmarks.Measuring;

namespace Farm.Benchmarks.Daemons;

/// <summary>Farm's daemon and Nix's, on stores alike, and where figures of both go.</summary>
internal sealed record DaemonPair(BenchmarkRun Run, WorkFolder Work, RunningDaemon Farm, RunningDaemon Nix)
{
    private const int Rounds = 5;

    public IEnumerable<RunningDaemon> Both => [Farm, Nix];

    public Task CompareAsync(string what, Func<RunningDaemon, Contender> way, CancellationToken ct) =>
        Run.CompareAsync(what, Rounds, way(Farm), way(Nix), ct);
}
