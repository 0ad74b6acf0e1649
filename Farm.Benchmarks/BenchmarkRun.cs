using Farm.Benchmarks.Measuring;
using Farm.Benchmarks.Reporting;

namespace Farm.Benchmarks;

/// <summary>What a group works with.</summary>
/// <param name="Sheet">Where its figures go.</param>
/// <param name="Nix">Null where real Nix is not installed; then the columns for it stay empty.</param>
public sealed record BenchmarkRun(FigureSheet Sheet, RealNix? Nix)
{
    /// <summary>Measures Farm's way, and Nix's in turn with it where it is there, and adds the figure.</summary>
    public async Task CompareAsync(string what, int rounds, Contender farm, Contender? nix, CancellationToken ct)
    {
        Contender[] contenders = Nix is null || nix is null ? [farm] : [farm, nix];
        var samples = await Interleaved.RunAsync(rounds, contenders, ct);
        Sheet.Add(new Figure(what, "ms", samples[0], samples.ElementAtOrDefault(1)));
    }
}
