using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Farm.Coordinator.Scheduling;
using Farm.Protocol;
using Farm.Store.Paths;

namespace Farm.Benchmarks.Scheduling;

/// <summary>Decisions per second on a graph of 10,000 steps with 20 workers of 8 slots: queue it, then build it all.</summary>
public static class SchedulerDecisions
{
    private const int Steps = 10_000;
    private const int Workers = 20;
    private const int Rounds = 5;
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly BuildOutcome.Built Built = new([], TimeSpan.Zero, TimeSpan.Zero);

    public static Task RunAsync()
    {
        var best = 0.0;
        for (var round = 0; round < Rounds; round++)
        {
            var (decisions, elapsed, queueing) = BuildAll();
            var rate = decisions / elapsed.TotalSeconds;
            best = Math.Max(best, rate);
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"queue {Steps} steps: {queueing.TotalMilliseconds:0} ms; {decisions} decisions: {rate:#,0}/s"
                )
            );
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"scheduler decisions per second: {best:#,0}"));
        return Task.CompletedTask;
    }

    private static (int Decisions, TimeSpan Elapsed, TimeSpan Queueing) BuildAll()
    {
        var state = SchedulerState.Create(Settings(), Guid.NewGuid());
        for (var worker = 0; worker < Workers; worker++)
        {
            (state, _) = Scheduler.Step(state, Connected(worker), Now);
        }

        var begin = Stopwatch.GetTimestamp();
        (state, var effects) = Scheduler.Step(state, Graph(), Now);
        var queueing = Stopwatch.GetElapsedTime(begin);
        var running = new Queue<Attempt>(Started(effects));
        var decisions = 0;
        begin = Stopwatch.GetTimestamp();
        while (running.TryDequeue(out var attempt))
        {
            foreach (var happened in Life(state, attempt))
            {
                (state, effects) = Scheduler.Step(state, happened, Now);
                decisions++;
                foreach (var next in Started(effects))
                {
                    running.Enqueue(next);
                }
            }
        }

        var elapsed = Stopwatch.GetElapsedTime(begin);
        return state.Builds.IsEmpty
            ? (decisions, elapsed, queueing)
            : throw new InvalidOperationException("the build did not end");
    }

    /// <summary>Three events for each step: the worker builds, has built, the outputs are there.</summary>
    private static SchedulerEvent[] Life(SchedulerState state, Attempt attempt)
    {
        var others = state
            .Workers[attempt.Worker]
            .Attempts.Values.Select(number => state.Step(number).State)
            .OfType<StepState.Assigned>()
            .Where(other => other.Attempt.Id != attempt.Id)
            .Select(other => new AttemptReport(other.Attempt.Id, other.Attempt.Epoch, other.Attempt.Phase, 0))
            .ToImmutableArray();
        AttemptReport building = new(attempt.Id, attempt.Epoch, BuildPhase.Building, 0);
        AttemptReport finished = new(attempt.Id, attempt.Epoch, BuildPhase.Finished, 0, Built);
        return
        [
            new SchedulerEvent.WorkerReported(attempt.Worker, 1, others.Add(building)),
            new SchedulerEvent.WorkerReported(attempt.Worker, 1, others.Add(finished)),
            new SchedulerEvent.OutputsVerified(attempt.Worker, attempt.Id, []),
        ];
    }

    private static IEnumerable<Attempt> Started(ImmutableArray<SchedulerEffect> effects) =>
        effects.OfType<SchedulerEffect.AttemptStarted>().Select(started => started.Attempt);

    private static SchedulerEvent.WorkerConnected Connected(int worker) =>
        new(
            WorkerId.Parse($"worker-{worker}"),
            1,
            new WorkerCapabilities(["x86_64-linux"], ["big-parallel"], [], Slots: 8),
            null,
            []
        );

    /// <summary>Each step needs up to three earlier ones near it, as packages do.</summary>
    private static SchedulerEvent.BuildQueued Graph()
    {
        var requirement = StepRequirement.Create("x86_64-linux", []);
        var paths = Enumerable
            .Range(0, Steps)
            .Select(step => StorePath.Parse($"{step.ToString("D32", CultureInfo.InvariantCulture)}-step-{step}.drv"))
            .ToArray();
        var random = new Random(1);
        var steps = Enumerable
            .Range(0, Steps)
            .Select(step => new StepSpec(
                paths[step],
                $"step-{step}",
                requirement,
                [
                    .. Enumerable
                        .Range(0, Math.Min(step, 3))
                        .Select(_ => random.Next(Math.Max(0, step - 2000), step))
                        .Distinct()
                        .Select(input => paths[input]),
                ],
                ImmutableSortedDictionary<string, StorePath>.Empty,
                IsValid: false,
                TimeSpan.FromSeconds(random.Next(1, 300))
            ));
        return new SchedulerEvent.BuildQueued(BuildId.Create(1), 0, Now, [.. paths], [.. steps]);
    }

    private static SchedulerSettings Settings()
    {
        var hour = TimeSpan.FromHours(1);
        return new SchedulerSettings(
            new PhaseLimits(hour, hour, hour, hour, hour, hour),
            hour,
            MaxAttempts: 5,
            TimeSpan.FromSeconds(1),
            hour,
            QuarantineAfter: 3,
            TimeSpan.FromSeconds(1),
            hour
        );
    }
}
