using System.Diagnostics;
using Farm.Benchmarks.Native;

namespace Farm.Benchmarks.Measuring;

/// <summary>One way of doing a piece of work.</summary>
/// <param name="RunAsync">Does it once and gives the time it took, without what it has to prepare and to clear away.</param>
public sealed record Contender(Func<int, CancellationToken, Task<TimeSpan>> RunAsync)
{
    private const string ClockVariable = "FARM_BENCH_CLOCK";

    /// <summary>A contender whose whole run is measured.</summary>
    public static Contender Timed(Func<int, CancellationToken, Task> run) =>
        new((round, ct) => TimeAsync(() => run(round, ct)));

    /// <summary>The time that passes; with <see cref="ClockVariable"/> set to <c>cpu</c> the processor time that this process and those
    /// it waits for use meanwhile.</summary>
    public static async Task<TimeSpan> TimeAsync(Func<Task> work)
    {
        if (Environment.GetEnvironmentVariable(ClockVariable) == "cpu")
        {
            var before = ResourceUsage.OfAll();
            await work();
            return ResourceUsage.OfAll() - before;
        }
        var started = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(started);
    }
}
