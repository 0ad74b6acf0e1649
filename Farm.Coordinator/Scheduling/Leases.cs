using Farm.Protocol;

namespace Farm.Coordinator.Scheduling;

/// <summary>What the passing of time does. Looks at live attempts and workers only, never at all steps.</summary>
internal static class Leases
{
    public static void Expire(Transition transition)
    {
        EndBackOffs(transition);
        foreach (var worker in transition.Workers.Values)
        {
            switch (worker.Link)
            {
                case WorkerLink.Disconnected disconnected when disconnected.GraceEnds <= transition.Now:
                    AbandonAttempts(transition, worker, transition.Now - disconnected.Since);
                    break;
                case WorkerLink.Connected:
                    ExpirePhases(transition, worker);
                    WorkerHealthRules.LetTry(transition, transition.Workers[worker.Id]);
                    break;
                default:
                    break;
            }
        }
    }

    private static void EndBackOffs(Transition transition)
    {
        while (!transition.BackOffs.IsEmpty && transition.BackOffs.Min is var first && first.Until <= transition.Now)
        {
            ResolutionRules.MakeReady(transition, transition.Step(first.Number));
        }
    }

    private static void AbandonAttempts(Transition transition, WorkerNode worker, TimeSpan absence)
    {
        foreach (var number in worker.Attempts.Values)
        {
            var step = transition.Step(number);
            if (step.State is StepState.Assigned { Attempt: var attempt })
            {
                var reason = $"worker {worker.Id} was not connected for {absence.TotalSeconds:0} s";
                AttemptRules.Abandon(transition, step, attempt, reason);
            }
        }
    }

    private static void ExpirePhases(Transition transition, WorkerNode worker)
    {
        foreach (var number in worker.Attempts.Values)
        {
            var step = transition.Step(number);
            if (
                step.State is StepState.Assigned { Attempt: var attempt }
                && transition.Now - attempt.PhaseSince > transition.Settings.Limits.For(attempt.Phase)
            )
            {
                var limit = transition.Settings.Limits.For(attempt.Phase).TotalSeconds;
                var reason = $"worker {worker.Id} stayed in phase {attempt.Phase} for longer than {limit:0} s";
                var failure = new BuildOutcome.InfrastructureFailed(reason, IsTransient: true);
                AttemptRules.FailOfInfrastructure(transition, step, attempt, failure);
            }
        }
    }
}
