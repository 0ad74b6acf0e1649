using Farm.Coordinator.Scheduling;
using Farm.Protocol;
using Farm.Protocol.Api;
using static Farm.Tests.Coordinator.Scheduling.SchedulerDriver;

namespace Farm.Tests.Coordinator.Scheduling;

/// <summary>Random lists of events; after each, the state must be consistent, and with healthy workers everything ends.</summary>
public sealed class SchedulerSimulationTests
{
    private static readonly string[] Workers = ["w1", "w2", "w3", "w4"];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Random_events_never_break_an_invariant_and_everything_ends(int seed)
    {
        var random = new Random(seed);
        var farm = new SchedulerDriver();
        var queued = new List<BuildId>();
        for (var i = 0; i < 300; i++)
        {
            Happen(farm, random, queued);
            CheckInvariants(farm.State);
        }

        LetHealthyWorkersFinish(farm);
        CheckInvariants(farm.State);
        var ended = farm.Effects.OfType<SchedulerEffect.BuildEnded>().Select(effect => effect.Build.Id).ToArray();
        Assert.Equal(queued.Order(), ended.Order());
        Assert.Equal(StepCounts.None, farm.State.Counts);
        Assert.Empty(farm.State.Numbers);
    }

    private static void Happen(SchedulerDriver farm, Random random, List<BuildId> queued)
    {
        var worker = Workers[random.Next(Workers.Length)];
        switch (random.Next(10))
        {
            case 0:
                var steps = RandomGraph(random);
                queued.Add(farm.Queue(random.Next(3), [steps[^1].Name, steps[0].Name], steps));
                break;
            case 1:
                farm.Connect(worker, random.Next(1, 4), has: [.. Live(farm, worker).Where(_ => random.Next(4) > 0)]);
                break;
            case 2 when farm.Sessions.ContainsKey(worker):
                farm.Disconnect(worker);
                break;
            case 3 when queued.Count > 0:
                farm.Happen(new SchedulerEvent.BuildCancelled(queued[random.Next(queued.Count)]));
                break;
            case 4 or 5:
                farm.Pass(TimeSpan.FromSeconds(random.Next(1, 40)));
                break;
            case 6 or 7 when farm.Sessions.ContainsKey(worker):
                farm.Report(worker, [.. Live(farm, worker).Select(report => Advanced(report, random))]);
                break;
            default:
                Verify(farm, isThere: random.Next(5) > 0);
                break;
        }
    }

    private static void LetHealthyWorkersFinish(SchedulerDriver farm)
    {
        foreach (var worker in Workers)
        {
            farm.Connect(worker, slots: 4, has: [.. Live(farm, worker)]);
        }

        for (var i = 0; i < 2_000 && farm.State.Counts.Total() > 0; i++)
        {
            foreach (var worker in Workers)
            {
                var built = new BuildOutcome.Built([], TimeSpan.Zero, TimeSpan.Zero);
                farm.Report(
                    worker,
                    [
                        .. Live(farm, worker)
                            .Select(report => new AttemptReport(
                                report.Attempt,
                                report.Epoch,
                                BuildPhase.Finished,
                                0,
                                built
                            )),
                    ]
                );
            }

            Verify(farm, isThere: true);
            farm.Pass(TimeSpan.FromSeconds(15));
        }
    }

    private static void Verify(SchedulerDriver farm, bool isThere)
    {
        foreach (var (worker, attempt, step) in LiveAttempts(farm.State).ToArray())
        {
            if (step.State is StepState.Verifying)
            {
                farm.Happen(
                    new SchedulerEvent.OutputsVerified(worker, attempt, isThere ? [] : [Output(step.Spec.Name)])
                );
            }
        }
    }

    private static AttemptReport Advanced(AttemptReport report, Random random)
    {
        BuildOutcome outcome = random.Next(6) switch
        {
            0 => new BuildOutcome.InfrastructureFailed("unlucky", IsTransient: random.Next(2) == 0),
            1 => new BuildOutcome.BuilderFailed(new ProcessEnd.Signalled(9), []),
            _ => new BuildOutcome.Built([], TimeSpan.Zero, TimeSpan.Zero),
        };
        var phase = (BuildPhase)random.Next(1, 7);
        return new AttemptReport(
            report.Attempt,
            random.Next(20) == 0 ? report.Epoch + 1 : report.Epoch,
            phase,
            0,
            phase == BuildPhase.Finished ? outcome : null
        );
    }

    private static IEnumerable<AttemptReport> Live(SchedulerDriver farm, string worker) =>
        LiveAttempts(farm.State)
            .Where(live => live.Worker.Name == worker && live.Step.State is StepState.Assigned)
            .Select(live => new AttemptReport(
                live.Attempt,
                live.Step.Epoch,
                live.Step.State.LiveAttempt!.Phase is BuildPhase.Offered // those of a worker are live
                    ? BuildPhase.Accepted
                    : live.Step.State.LiveAttempt.Phase,
                0
            ));

    private static IEnumerable<(WorkerId Worker, AttemptId Attempt, StepNode Step)> LiveAttempts(
        SchedulerState state
    ) =>
        from worker in state.Workers.Values
        from attempt in worker.Attempts
        select (worker.Id, attempt.Key, state.Step(attempt.Value));

    private static StepSpec[] RandomGraph(Random random)
    {
        // Names overlap between builds, and a name always stands for the same inputs.
        var count = random.Next(1, 12);
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(number =>
                    Spec(
                        $"s{number}",
                        [
                            .. Enumerable
                                .Range(0, number)
                                .Where(input => (input * 7 + number * 3) % 4 == 0)
                                .Select(input => $"s{input}"),
                        ],
                        system: number % 5 == 4 ? "builtin" : "x86_64-linux"
                    )
                ),
        ];
    }

    private static void CheckInvariants(SchedulerState state)
    {
        var nodes = state.Numbers.Values.Select(state.Step).ToArray();
        var live = LiveAttempts(state).ToArray();
        foreach (var step in nodes)
        {
            var attempts = live.Where(attempt => attempt.Step.Number == step.Number).ToArray();
            Assert.Equal(step.State.LiveAttempt is null ? 0 : 1, attempts.Length);
            Assert.NotEmpty(step.Builds);
            var open = step.Inputs.Count(input => state.Step(input).State is not StepState.Done);
            switch (step.State)
            {
                case StepState.Waiting waiting:
                    Assert.Equal(open, waiting.OpenInputs);
                    break;
                case StepState.Runnable or StepState.BackingOff or StepState.Assigned or StepState.Verifying:
                    Assert.Equal(0, open);
                    break;
                default:
                    break;
            }
        }

        foreach (var worker in state.Workers.Values)
        {
            var assigned = worker.Attempts.Values.Count(number => state.Step(number).State is StepState.Assigned);
            Assert.Equal(assigned, worker.BusySlots);
            Assert.Equal(worker.FreeSlots > 0, state.FreeWorkers.Contains(worker.Id));
        }

        Assert.Equal(nodes.Length, state.Counts.Total());
        Assert.Equal(nodes.Count(step => step.State is StepState.Done), state.Counts.Done);
        Assert.Equal(
            nodes.Count(step => step.State is StepState.Runnable),
            state.Ready.Values.Sum(queue => queue.Steps.Count)
        );
        Assert.Equal(nodes.Count(step => step.State is StepState.BackingOff), state.BackOffs.Count);
        foreach (var build in state.Builds.Values)
        {
            Assert.Equal(build.Steps.Length, build.Counts.Total());
            Assert.Equal(
                build.Steps.Count(step => state.Step(step).State.IsFinal),
                build.Counts.Done + build.Counts.Failed + build.Counts.DependencyFailed
            );
            Assert.False(build.IsOver);
        }
    }
}
