using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Farm.Benchmarks.Reporting;
using Farm.Coordinator.Scheduling;
using Farm.Protocol;
using Farm.Store.Paths;

namespace Farm.Benchmarks.Scheduling;

/// <summary>How fast the pure scheduler takes a graph from queued to built. Every event counts as one decision.</summary>
public static class SchedulerDecisions
{
    private const int Steps = 10_000;
    private const int Layer = 100;
    private const int Workers = 10;
    private const int Slots = 4;
    private const int Rounds = 5;
    private static readonly TimeSpan s_long = TimeSpan.FromHours(1);

    public static Task MeasureAsync(BenchmarkRun run, CancellationToken ct)
    {
        var steps = Graph();
        var (queueing, rates) = (new List<double>(), new List<double>());
        for (var round = 0; round <= Rounds; round++)
        {
            var (queued, decisions, took) = RunGraph(steps, ct);
            if (round == 0)
                continue;
            queueing.Add(queued.TotalMilliseconds);
            rates.Add(decisions / took.TotalSeconds);
        }
        run.Sheet.Add($"queueing a graph of {Steps} steps", "ms", Sample.Of(queueing));
        run.Sheet.Add($"decisions of a graph of {Steps} steps", "1/s", Sample.Of(rates, isMoreBetter: true));
        return Task.CompletedTask;
    }

    private static (TimeSpan Queued, int Decisions, TimeSpan Took) RunGraph(
        ImmutableArray<StepSpec> steps,
        CancellationToken ct
    )
    {
        var now = DateTimeOffset.UnixEpoch;
        var state = SchedulerState.Create(Settings(), new Guid("8f4e7ac4-4dd5-4f0b-8d4f-5d62ff1c3a6e"));
        var capabilities = new WorkerCapabilities(["x86_64-linux"], [], [], Slots);
        for (var i = 0; i < Workers; i++)
            Decide(new SchedulerEvent.WorkerConnected(WorkerId.Parse($"worker-{i}"), i + 1, capabilities, null, []));
        var started = Stopwatch.GetTimestamp();
        ImmutableArray<StorePath> roots = [.. steps.Skip(Steps - Layer).Select(step => step.DrvPath)];
        Decide(new SchedulerEvent.BuildQueued(BuildId.Create(1), 0, now, roots, steps));
        var queued = Stopwatch.GetElapsedTime(started);

        var decisions = 0;
        started = Stopwatch.GetTimestamp();
        while (!state.Builds.IsEmpty)
        {
            ct.ThrowIfCancellationRequested();
            foreach (var worker in state.Workers.Keys)
                decisions += FinishAll(worker);
        }
        return (queued, decisions, Stopwatch.GetElapsedTime(started));

        int FinishAll(WorkerId id)
        {
            var worker = state.Workers[id];
            var live = worker.Attempts.Values.Select(number => state.Step(number).State.LiveAttempt!).ToArray(); // A worker's attempts are live.
            if (live.Length == 0)
                return 0;
            var built = new BuildOutcome.Built([], TimeSpan.Zero, TimeSpan.Zero);
            var session = long.Parse(id.Name["worker-".Length..], CultureInfo.InvariantCulture) + 1;
            Report(attempt => new AttemptReport(attempt.Id, attempt.Epoch, BuildPhase.Building, 0));
            Report(attempt => new AttemptReport(attempt.Id, attempt.Epoch, BuildPhase.Finished, 0, built));
            foreach (var attempt in live)
                Decide(new SchedulerEvent.OutputsVerified(id, attempt.Id, []));
            return live.Length + 2;

            void Report(Func<Attempt, AttemptReport> report) =>
                Decide(new SchedulerEvent.WorkerReported(id, session, [.. live.Select(report)]));
        }

        void Decide(SchedulerEvent happened) => (state, _) = Scheduler.Step(state, happened, now);
    }

    /// <summary>Layers of a hundred; each step needs three of the layer before.</summary>
    private static ImmutableArray<StepSpec> Graph()
    {
        var random = new Random(1);
        var requirement = StepRequirement.Create("x86_64-linux", []);
        var steps = ImmutableArray.CreateBuilder<StepSpec>(Steps);
        for (var i = 0; i < Steps; i++)
        {
            var below = i / Layer * Layer;
            ImmutableArray<StorePath> inputs =
                below == 0
                    ? []
                    : [.. Enumerable.Range(0, 3).Select(_ => Drv(below - random.Next(1, Layer + 1))).Distinct()];
            var outputs = ImmutableSortedDictionary<string, StorePath>.Empty.Add(
                "out",
                StorePath.Create(Hash($"out-{i}"), StorePathName.Parse($"step-{i}"))
            );
            steps.Add(new(Drv(i), $"step-{i}", requirement, inputs, outputs, false, TimeSpan.FromSeconds(1)));
        }
        return steps.ToImmutable();
    }

    private static StorePath Drv(int number) =>
        StorePath.Create(Hash($"drv-{number}"), StorePathName.Parse($"step-{number}.drv"));

    private static StorePathHash Hash(string text) =>
        StorePathHash.FromBytes(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, StorePathHash.SizeBytes));

    private static SchedulerSettings Settings() =>
        new(
            new PhaseLimits(s_long, s_long, s_long, s_long, s_long, s_long),
            s_long,
            5,
            s_long,
            s_long,
            3,
            s_long,
            s_long
        );
}
