using System.Diagnostics;

namespace Farm.Benchmarks.Measuring;

/// <summary>One way of doing a piece of work.</summary>
/// <param name="RunAsync">Does it once and gives the time it took, without what it has to prepare and to clear away.</param>
public sealed record Contender(Func<int, CancellationToken, Task<TimeSpan>> RunAsync)
{
    /// <summary>A contender whose whole run is measured.</summary>
    public static Contender Timed(Func<int, CancellationToken, Task> run) =>
        new((round, ct) => TimeAsync(() => run(round, ct)));

    public static async Task<TimeSpan> TimeAsync(Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(started);
    }
}
