using Farm.Protocol;

namespace Farm.Coordinator.Scheduling;

/// <summary>The circuit breaker: a worker that fails again and again for reasons of its own is taken out, and let in again by one build that goes well.</summary>
internal static class WorkerHealthRules
{
    /// <summary>The worker did its part, whatever the builder did.</summary>
    public static void WentWell(Transition transition, WorkerId id)
    {
        var worker = transition.Workers[id];
        if (worker.Health is WorkerHealth.Canary or WorkerHealth.Healthy { ConsecutiveFailures: > 0 })
        {
            Set(transition, worker, new WorkerHealth.Healthy(0));
        }
    }

    public static void FailedItself(Transition transition, WorkerId id)
    {
        var worker = transition.Workers[id];
        switch (worker.Health)
        {
            case WorkerHealth.Healthy healthy:
                var failures = healthy.ConsecutiveFailures + 1;
                Set(
                    transition,
                    worker,
                    failures < transition.Settings.QuarantineAfter
                        ? new WorkerHealth.Healthy(failures)
                        : Quarantine(transition, 1)
                );
                break;
            case WorkerHealth.Canary canary:
                Set(transition, worker, Quarantine(transition, canary.Times + 1));
                break;
            default:
                break; // an attempt from before the quarantine
        }
    }

    /// <summary>Lets a worker whose time is over try one build.</summary>
    public static void LetTry(Transition transition, WorkerNode worker)
    {
        if (worker.Health is WorkerHealth.Quarantined quarantined && quarantined.Until <= transition.Now)
        {
            Set(transition, worker, new WorkerHealth.Canary(quarantined.Times));
        }
    }

    private static WorkerHealth.Quarantined Quarantine(Transition transition, int times) =>
        new(
            transition.Now
                + Retry.Delay(times, transition.Settings.FirstQuarantine, transition.Settings.LongestQuarantine),
            times
        );

    private static void Set(Transition transition, WorkerNode worker, WorkerHealth health)
    {
        transition.SetWorker(worker with { Health = health });
        if (worker.Health.GetType() != health.GetType())
        {
            transition.Emit(new SchedulerEffect.WorkerHealthChanged(worker.Id, health));
        }
    }
}
