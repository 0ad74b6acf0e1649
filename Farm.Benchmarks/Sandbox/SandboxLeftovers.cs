using Farm.Benchmarks.Measuring;
using Farm.Benchmarks.Reporting;
using Farm.Crash.Sandboxes;
using Farm.Worker.Running;

namespace Farm.Benchmarks.Sandbox;

/// <summary>Builds in a row, in parallel, and killed at random moments. The figures say how many; something that they
/// leave on the host ends the run. Needs root and a static busybox.</summary>
public static class SandboxLeftovers
{
    private const int InARow = 200;
    private const int Streams = 8;
    private const int OfEachStream = 25;
    private const int Kills = 100;

    public static async Task MeasureAsync(BenchmarkRun run, CancellationToken ct)
    {
        var top = WorkFolder.NewFolder("farm-sandbox-leftovers-");
        var program = SandboxProgram.Find(Path.Combine(Path.GetDirectoryName(FarmProgram.Find())!, "farm-sandbox"));
        var seed = Random.Shared.Next(1_000_000);
        await Console.Error.WriteLineAsync($"Seed {seed}.").ConfigureAwait(false);
        using var loop = new LeftoverLoop(top, program, new Random(seed));
        await loop.RunInARowAsync(InARow, ct).ConfigureAwait(false);
        await AddAsync("builds in a row that left nothing", InARow).ConfigureAwait(false);
        await loop.RunInParallelAsync(Streams, OfEachStream, ct).ConfigureAwait(false);
        await AddAsync($"builds, {Streams} in parallel, that left nothing", Streams * OfEachStream)
            .ConfigureAwait(false);
        await loop.RunKilledAsync(Kills, ct).ConfigureAwait(false);
        await AddAsync("builds killed at random moments that left nothing", loop.Killed).ConfigureAwait(false);
        Directory.Delete(top, recursive: true);

        async Task AddAsync(string what, int count)
        {
            var left = await loop.LeftoversAsync(ct).ConfigureAwait(false);
            if (!left.AreNone || !loop.AreAllUsersFree())
                throw new InvalidOperationException($"Something is left in '{top}': {left}.");
            run.Sheet.Add(what, "1", Sample.Of([count], isMoreBetter: true));
        }
    }
}
