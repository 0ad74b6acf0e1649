using Farm.Benchmarks.Reporting;

namespace Farm.Benchmarks.Measuring;

/// <summary>Runs contenders in turn, so that what else the machine does meets all of them alike.</summary>
public static class Interleaved
{
    /// <summary>Every contender once per round, each round beginning with another one, after a first round that does not count.</summary>
    /// <param name="rounds">How often each run counts.</param>
    /// <param name="contenders">The round given to them counts from 0, the first one included.</param>
    /// <param name="ct">Stops between runs.</param>
    /// <returns>Milliseconds, in the order of <paramref name="contenders"/>.</returns>
    public static async Task<IReadOnlyList<Sample>> RunAsync(
        int rounds,
        IReadOnlyList<Contender> contenders,
        CancellationToken ct
    )
    {
        var times = contenders.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round <= rounds; round++)
        {
            for (var i = 0; i < contenders.Count; i++)
            {
                var at = (i + round) % contenders.Count;
                ct.ThrowIfCancellationRequested();
                var took = await contenders[at].RunAsync(round, ct);
                if (round > 0)
                    times[at].Add(took.TotalMilliseconds);
            }
        }
        return [.. times.Select(values => Sample.Of(values))];
    }
}
