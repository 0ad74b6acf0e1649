using System.Collections.Immutable;
using Farm.Protocol;

namespace Farm.Coordinator.Scheduling;

/// <summary>Gives runnable steps to free workers, first step first.</summary>
internal static class Assignment
{
    public static void FillFreeSlots(Transition transition)
    {
        while (!transition.FreeWorkers.IsEmpty && Next(transition) is var (step, worker))
        {
            Assign(transition, transition.Step(step.Number), transition.Workers[worker]);
        }
    }

    /// <summary>The first step, over all queues, that a free worker can take, with the worker; null when there is none.</summary>
    private static (QueuedStep Step, WorkerId Worker)? Next(Transition transition)
    {
        (QueuedStep Step, WorkerId Worker)? best = null;
        foreach (var queue in transition.Ready.Values)
        {
            if (queue.Steps.IsEmpty || !transition.FreeWorkers.Any(queue.Matching.Contains))
            {
                continue;
            }

            foreach (var queued in queue.Steps)
            {
                if (best is { } other && other.Step < queued)
                {
                    break;
                }

                if (Choose(transition, transition.Step(queued.Number), queue.Matching) is { } worker)
                {
                    best = (queued, worker);
                    break;
                }
            }
        }

        return best;
    }

    /// <summary>
    /// Of the free workers that match, one that has not failed the step; then the one that built most of its inputs, then the one with the
    /// most free capacity, then the first by name. A worker that failed the step is taken only when there is no other at all.
    /// </summary>
    private static WorkerId? Choose(Transition transition, StepNode step, ImmutableHashSet<WorkerId> matching)
    {
        var mayReturn = step.Avoided.IsEmpty || !HasOther(transition, step, matching);
        WorkerNode? best = null;
        var bestInputs = 0;
        foreach (var id in transition.FreeWorkers)
        {
            if (!matching.Contains(id) || step.Excluded.Contains(id) || (!mayReturn && step.Avoided.Contains(id)))
            {
                continue;
            }

            var worker = transition.Workers[id];
            var inputs = InputsBuiltBy(transition, step, id);
            if (best is null || inputs > bestInputs || (inputs == bestInputs && Capacity(worker) > Capacity(best)))
            {
                (best, bestInputs) = (worker, inputs);
            }
        }

        return best?.Id;
    }

    private static bool HasOther(Transition transition, StepNode step, ImmutableHashSet<WorkerId> matching) =>
        matching.Any(id =>
            !step.Avoided.Contains(id)
            && !step.Excluded.Contains(id)
            && transition.Workers[id] is { Link: WorkerLink.Connected, Health: not WorkerHealth.Quarantined }
        );

    private static int InputsBuiltBy(Transition transition, StepNode step, WorkerId worker)
    {
        var count = 0;
        foreach (var input in step.Inputs)
        {
            if (transition.Step(input).State is StepState.Done { Attempt: { } attempt } && attempt.Worker == worker)
            {
                count++;
            }
        }

        return count;
    }

    private static double Capacity(WorkerNode worker) =>
        worker.FreeSlots * worker.Capabilities.SpeedFactor / worker.Capabilities.Slots;

    private static void Assign(Transition transition, StepNode step, WorkerNode worker)
    {
        var attempt = new Attempt(
            transition.NextAttemptId(),
            step.Epoch + 1,
            worker.Id,
            BuildPhase.Offered,
            transition.Now,
            transition.Now
        );
        transition.Emit(new SchedulerEffect.AttemptStarted(step.DrvPath, attempt));
        transition.Move(step with { Epoch = attempt.Epoch }, new StepState.Assigned(attempt));
        transition.SetWorker(
            worker with
            {
                Attempts = worker.Attempts.Add(attempt.Id, step.Number),
                BusySlots = worker.BusySlots + 1,
            }
        );
        transition.DesiresChanged(worker.Id);
    }
}
