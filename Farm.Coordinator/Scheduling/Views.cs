using System.Diagnostics;
using Farm.Protocol.Api;

namespace Farm.Coordinator.Scheduling;

/// <summary>What the state looks like from outside.</summary>
public static class Views
{
    public static StepStatus Status(StepState state) =>
        state switch
        {
            StepState.Waiting waiting => new StepStatus.Waiting(waiting.OpenInputs),
            StepState.Resolving or StepState.Runnable => new StepStatus.Runnable(null),
            StepState.BackingOff backingOff => new StepStatus.Runnable(backingOff.Until),
            StepState.Assigned assigned => Running(assigned.Attempt),
            StepState.Verifying verifying => Running(verifying.Attempt),
            StepState.Done done => new StepStatus.Done(done.Attempt?.Id),
            StepState.Failed failed => new StepStatus.Failed(failed.Reason, failed.Attempt?.Id, failed.Kind),
            StepState.DependencyFailed failed => new StepStatus.DependencyFailed(failed.FailedStep),
            _ => throw new UnreachableException(),
        };

    public static StepSummary Summary(StepNode step) => new(step.DrvPath, step.Spec.Name, Status(step.State));

    /// <param name="step">Finds a step by its number.</param>
    public static BuildView Build(
        Func<int, StepNode> step,
        BuildNode build,
        BuildState state,
        DateTimeOffset? finishedAt
    )
    {
        var steps = build.Steps.Select(step).ToArray();
        return new BuildView(
            build.Id,
            state,
            build.Priority,
            build.CreatedAt,
            finishedAt,
            [
                .. build
                    .Roots.Select(step)
                    .Select(root => new BuildRootView(root.DrvPath, root.Spec.Outputs, Status(root.State))),
            ],
            build.Counts,
            [
                .. steps
                    .Where(each => each.State.LiveAttempt is not null)
                    .OrderBy(each => each.State.LiveAttempt!.StartedAt) // filtered above
                    .ThenBy(each => each.DrvPath)
                    .Select(Summary),
            ],
            [.. steps.Where(each => each.State is StepState.Failed).Select(Summary)],
            build.Usage
        );
    }

    /// <summary>A build that is not over.</summary>
    public static BuildView Build(SchedulerState state, BuildNode build) =>
        Build(state.Step, build, StateOf(build), finishedAt: null);

    public static BuildSummary Summary(SchedulerState state, BuildNode build) =>
        new(
            build.Id,
            StateOf(build),
            build.Priority,
            build.CreatedAt,
            null,
            [.. build.Roots.Select(root => state.Step(root).DrvPath)],
            build.Counts,
            build.Usage
        );

    public static WorkerView Worker(SchedulerState state, WorkerNode worker) =>
        new(
            worker.Id,
            worker switch
            {
                { Link: WorkerLink.Disconnected } => WorkerState.Disconnected,
                { Health: WorkerHealth.Quarantined } => WorkerState.Quarantined,
                _ => WorkerState.Ready,
            },
            worker.Health is WorkerHealth.Quarantined quarantined ? quarantined.Until : null,
            [.. worker.Capabilities.Systems],
            [.. worker.Capabilities.SupportedFeatures.Union(worker.Capabilities.MandatoryFeatures)],
            worker.Capabilities.Slots,
            worker.CacheUrl,
            worker.Link switch
            {
                WorkerLink.Connected connected => connected.Since,
                WorkerLink.Disconnected disconnected => disconnected.Since,
                _ => throw new UnreachableException(),
            },
            [.. worker.Attempts.Values.Select(number => Summary(state.Step(number)))]
        );

    private static BuildState StateOf(BuildNode build) => build.HasStarted ? BuildState.Building : BuildState.Queued;

    private static StepStatus.Running Running(Attempt attempt) =>
        new(attempt.Id, attempt.Worker, attempt.Phase, attempt.StartedAt, attempt.PhaseSince);
}
