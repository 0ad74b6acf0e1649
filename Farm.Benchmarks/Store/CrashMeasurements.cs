using Farm.Benchmarks.Measuring;
using Farm.Benchmarks.Reporting;
using Farm.Crash;

namespace Farm.Benchmarks.Store;

/// <summary>Owners of a store that are killed at random moments. The figures say what was found; something wrong ends the run.</summary>
internal static class CrashMeasurements
{
    private const int Kills = 300;

    public static async Task MeasureAsync(BenchmarkRun run, CancellationToken ct)
    {
        await using var folder = WorkFolder.Create();
        var seed = Random.Shared.Next(1_000_000);
        await Console.Error.WriteLineAsync($"Seed {seed}.");
        var tally = await new CrashLoop(folder.FullPath, seed).RunAsync(Kills, ct);
        Add("owners killed", tally.Kills);
        Add("checks of the whole store without a finding", tally.Checks);
        Add("unfinished objects removed at start", tally.Leftovers);
        Add("immutable bits set again at start", tally.BitsSet);
        Add("paths read and right", tally.PathsRead);
        Add("roots that lead to valid paths", tally.RootsFollowed);
        Add("paths damaged on purpose and repaired", tally.Damaged);
        Add("objects of no valid path removed at the end", (int)tally.Collected);
        foreach (var (what, count) in tally.UnderWay)
            Add($"killed during: {what}", count);
        if (run.Nix is not null)
        {
            string[] verify = [.. RealNix.Options(folder.FullPath), "--verify", "--check-contents"];
            await ChildProcess.RunAsync("nix-store", verify, ct);
        }

        void Add(string what, int count) => run.Sheet.Add(what, "1", Sample.Of([count], isMoreBetter: true));
    }
}
