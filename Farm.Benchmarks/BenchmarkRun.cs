using Farm.Benchmarks.Measuring;
using Farm.Benchmarks.Reporting;

namespace Farm.Benchmarks;

/// <summary>What a group works with.</summary>
/// <param name="Sheet">Where its figures go.</param>
/// <param name="Nix">Null where real Nix is not installed; then the columns for it stay empty.</param>
/// <param name="Scale">1 for figures that count; less makes the work smaller, to see whether a group runs.</param>
public sealed record BenchmarkRun(FigureSheet Sheet, RealNix? Nix, double Scale)
{
    /// <summary>So many, or fewer in a small run.</summary>
    public int Count(int full) => Math.Max(1, (int)(full * Scale));

    /// <summary>Measures Farm's way, and Nix's in turn with it where it is there, and adds the figure.</summary>
    public Task CompareAsync(string what, int rounds, Contender farm, Contender? nix, CancellationToken ct) =>
        CompareAsync(
            new Contest
            {
                Rounds = rounds,
                Farm = [(what, farm)],
                Nix = nix,
            },
            ct
        );

    /// <summary>Measures all ways in turn and adds a figure for each of Farm's.</summary>
    public async Task CompareAsync(Contest contest, CancellationToken ct)
    {
        var nix = Nix is null ? null : contest.Nix;
        Contender?[] all = [.. contest.Farm.Select(farm => farm.Way), nix, contest.Limit];
        var samples = new Queue<Sample>(await Interleaved.RunAsync(contest.Rounds, [.. all.OfType<Contender>()], ct));
        var shown = all.Select(contender => contender is null ? null : Shown(samples.Dequeue())).ToArray();
        var unit = contest.Pieces is null ? "ms" : "1/s";
        for (var i = 0; i < contest.Farm.Count; i++)
            Sheet.Add(new Figure(contest.Farm[i].What, unit, shown[i]!, shown[^2], shown[^1])); // Farm's ways are never null.

        Sample Shown(Sample times) => contest.Pieces is { } pieces ? times.PerSecond(pieces) : times;
    }
}
