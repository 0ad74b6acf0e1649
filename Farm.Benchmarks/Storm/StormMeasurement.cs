using Farm.Benchmarks.Measuring;
using Farm.Benchmarks.Reporting;
using Farm.Fuzz.Storm;
using Farm.Store.Local;
using Farm.Store.Paths;

namespace Farm.Benchmarks.Storm;

/// <summary>Everything at once on one store for minutes; the figures are how often each part came through.</summary>
public static class StormMeasurement
{
    /// <exception cref="InvalidOperationException">The store broke a promise; the message has all that went wrong.</exception>
    public static async Task MeasureAsync(BenchmarkRun run, TimeSpan duration, CancellationToken ct)
    {
        await using var work = WorkFolder.Create();
        using var system = ActorSystem.Create("storm");
        var settings = new LocalStoreSettings
        {
            Layout = StoreLayout.Create(work.Path("store"), StoreDir.Default),
            Immutable = ImmutableBit.Auto,
            Optimise = true,
        };
        StormReport report;
        IReadOnlyList<string> faults;
        await using (var store = await LocalStore.OpenAsync(settings, system, TimeProvider.System, ct))
        {
            report = await new StoreStorm(store, work.Path("scratch"), seed: 1).RunAsync(duration, ct);
            faults = await new StormEnd(store).CheckAsync(ct);
        }
        await system.Terminate();
        if (run.Nix is not null)
            await ChildProcess.RunAsync(
                "nix-store",
                [.. RealNix.Options(work.Path("store")), "--verify", "--check-contents"],
                ct
            );
        foreach (var (part, count) in report.Operations)
            run.Sheet.Add(part, "1/s", Sample.Of([count / duration.TotalSeconds], isMoreBetter: true));
        if (report.Failures.Length + faults.Count > 0)
            throw new InvalidOperationException($"{report}\n{string.Join('\n', report.Failures.Concat(faults))}");
    }
}
