using System.Collections.Immutable;
using Farm.Protocol;

namespace Farm.Coordinator.Scheduling;

/// <summary>Puts the state together again after a restart.</summary>
internal static class Restoring
{
    private static readonly WorkerCapabilities NotKnownYet = new([], [], [], Slots: 0);

    /// <summary>Queues the builds again in order, marks what had failed, and gives live attempts back to their workers, who have the grace
    /// period to connect.</summary>
    public static void Restore(Transition transition, SchedulerEvent.Restored restored)
    {
        foreach (var build in restored.Builds.OrderBy(build => build.Build))
        {
            BuildRules.Queue(transition, build);
        }

        foreach (var (drvPath, epoch) in restored.Epochs)
        {
            foreach (var step in transition.StepsOf(drvPath).ToArray())
            {
                transition.SetStep(step with { Epoch = epoch });
            }
        }

        foreach (var (drvPath, failure) in restored.FailedSteps)
        {
            if (transition.StepsOf(drvPath).LastOrDefault(step => !step.State.IsFinal) is { } step)
            {
                AttemptRules.Fail(transition, step, failure.Reason, attempt: null, failure.Kind);
            }
        }

        foreach (var (drvPath, attempt) in restored.LiveAttempts)
        {
            var waiting = transition
                .StepsOf(drvPath)
                .LastOrDefault(step => step.State is StepState.Runnable or StepState.Resolving);
            if (waiting is not null)
            {
                GiveBack(transition, waiting, attempt);
            }
            else
            {
                // Its step was done, failed or called off just before the restart.
                transition.Emit(new SchedulerEffect.AttemptEnded(drvPath, attempt, new BuildOutcome.Cancelled()));
            }
        }
    }

    private static void GiveBack(Transition transition, StepNode step, Attempt attempt)
    {
        var graceEnds = transition.Now + transition.Settings.Grace;
        var worker =
            transition.Workers.GetValueOrDefault(attempt.Worker)
            ?? WorkerRules.New(
                attempt.Worker,
                NotKnownYet,
                cacheUrl: null,
                new WorkerLink.Disconnected(transition.Now, graceEnds)
            );
        // Whether it was accepted is not in the database; a worker that does not name it simply gets it again.
        var offered = attempt with
        {
            Phase = BuildPhase.Offered,
            PhaseSince = transition.Now,
        };
        transition.Move(step, new StepState.Assigned(offered));
        transition.SetWorker(
            worker with
            {
                Attempts = worker.Attempts.Add(attempt.Id, step.Number),
                BusySlots = worker.BusySlots + 1,
            }
        );
    }
}
