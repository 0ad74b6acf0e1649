using System.Collections.Immutable;
using Farm.Protocol;
using Farm.Store.Derivations;
using Farm.Store.Paths;

namespace Farm.Coordinator.Scheduling;

/// <summary>Something that happened, for the scheduler to decide on.</summary>
public abstract record SchedulerEvent
{
    private SchedulerEvent() { }

    /// <summary>A client asks for derivations.</summary>
    /// <param name="Steps">Everything that the roots need and is not below a valid step, each once, inputs before those that need them.</param>
    /// <param name="Mode">What the roots are built for.</param>
    public sealed record BuildQueued(
        BuildId Build,
        int Priority,
        DateTimeOffset CreatedAt,
        ImmutableArray<StorePath> Roots,
        ImmutableArray<StepSpec> Steps,
        BuildMode Mode = BuildMode.Normal
    ) : SchedulerEvent;

    public sealed record BuildCancelled(BuildId Build) : SchedulerEvent;

    /// <summary>The coordinator has started; this is what its database holds of unfinished builds.</summary>
    /// <param name="FailedSteps">Steps that had failed themselves, with the reason.</param>
    /// <param name="LiveAttempts">Attempts without an end. They wait for their worker for the grace period.</param>
    /// <param name="Epochs">Number of the latest attempt of each step that had one.</param>
    public sealed record Restored(
        ImmutableArray<BuildQueued> Builds,
        ImmutableDictionary<StorePath, StepFailure> FailedSteps,
        ImmutableDictionary<StorePath, Attempt> LiveAttempts,
        ImmutableDictionary<StorePath, long> Epochs
    ) : SchedulerEvent;

    /// <param name="Session">Greater than that of each session before.</param>
    /// <param name="Attempts">What the worker says it has.</param>
    public sealed record WorkerConnected(
        WorkerId Worker,
        long Session,
        WorkerCapabilities Capabilities,
        Uri? CacheUrl,
        ImmutableArray<AttemptReport> Attempts
    ) : SchedulerEvent;

    public sealed record WorkerReported(WorkerId Worker, long Session, ImmutableArray<AttemptReport> Attempts)
        : SchedulerEvent;

    public sealed record WorkerDisconnected(WorkerId Worker, long Session) : SchedulerEvent;

    /// <summary>The answer to <see cref="SchedulerEffect.VerifyOutputs"/>.</summary>
    /// <param name="Missing">Outputs that are not valid in the coordinator's store.</param>
    /// <param name="Realised">The paths that are now recorded of those that followed from what was built, by output name; null where
    /// there was nothing to record.</param>
    public sealed record OutputsVerified(
        WorkerId Worker,
        AttemptId Attempt,
        ImmutableArray<StorePath> Missing,
        ImmutableSortedDictionary<string, StorePath>? Realised = null
    ) : SchedulerEvent;

    /// <summary>The answer to <see cref="SchedulerEffect.ResolveStep"/>.</summary>
    /// <param name="Outputs">Output name → path, as far as it is known now.</param>
    /// <param name="IsValid">Whether all outputs are in the coordinator's store, so that nothing has to be built.</param>
    public sealed record StepResolved(
        StorePath DrvPath,
        StepResolution Resolution,
        ImmutableSortedDictionary<string, StorePath> Outputs,
        bool IsValid,
        BuildMode Mode = BuildMode.Normal
    ) : SchedulerEvent;

    /// <summary>With these inputs the step cannot be built.</summary>
    public sealed record StepUnresolvable(StorePath DrvPath, string Reason, BuildMode Mode = BuildMode.Normal)
        : SchedulerEvent;

    /// <summary>The request for an attempt cannot be made, for a reason that lies with the coordinator.</summary>
    public sealed record RequestUnavailable(WorkerId Worker, AttemptId Attempt, string Reason) : SchedulerEvent;

    /// <summary>Time has passed: deadlines, waits and grace periods that are over take effect.</summary>
    public sealed record Tick : SchedulerEvent;
}
