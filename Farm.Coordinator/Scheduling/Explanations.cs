using System.Collections.Immutable;
using System.Diagnostics;

namespace Farm.Coordinator.Scheduling;

/// <summary>Answers why a step is where it is.</summary>
public static class Explanations
{
    public static StepExplanation Explain(SchedulerState state, StepNode step) =>
        step.State switch
        {
            StepState.Waiting waiting => new StepExplanation.WaitingForInputs(
                waiting.OpenInputs,
                step.Inputs.Select(state.Step).First(input => input.State is not StepState.Done).DrvPath
            ),
            StepState.Resolving => new StepExplanation.BeingResolved(),
            StepState.Runnable => WhyNotTaken(state, step),
            StepState.BackingOff backingOff => new StepExplanation.BackingOff(
                backingOff.Until,
                step.InfrastructureFailures
            ),
            StepState.Assigned { Attempt: var attempt } => new StepExplanation.Running(attempt.Worker, attempt.Phase),
            StepState.Verifying { Attempt: var attempt } => new StepExplanation.Running(attempt.Worker, attempt.Phase),
            StepState.Done or StepState.Failed or StepState.DependencyFailed => new StepExplanation.Over(step.State),
            _ => throw new UnreachableException(),
        };

    private static StepExplanation WhyNotTaken(SchedulerState state, StepNode step)
    {
        var requirement = step.Spec.Requirement;
        var withSystem = state.Workers.Values.Where(worker => Matching.HasSystem(worker.Capabilities, requirement));
        if (!withSystem.Any())
        {
            return new StepExplanation.NoWorkerWithSystem(requirement.System);
        }

        ImmutableArray<WorkerNode> matching =
        [
            .. withSystem.Where(worker => Matching.Meets(worker.Capabilities, requirement)),
        ];
        if (matching.IsEmpty)
        {
            return new StepExplanation.NoWorkerWithFeatures(requirement.ToString());
        }

        ImmutableArray<WorkerNode> connected = [.. matching.Where(worker => worker.Link is WorkerLink.Connected)];
        if (connected.IsEmpty)
        {
            return new StepExplanation.WorkersDisconnected([.. matching.Select(worker => worker.Id)]);
        }

        if (connected.All(worker => worker.Health is WorkerHealth.Quarantined))
        {
            return new StepExplanation.WorkersQuarantined(
                connected.Min(worker => ((WorkerHealth.Quarantined)worker.Health).Until)
            );
        }

        var queue = state.Ready[requirement].Steps;
        return new StepExplanation.SlotsBusy(
            connected.Length,
            queue.IndexOf(new QueuedStep(step.Priority, step.Number))
        );
    }
}
