using Farm.Protocol;
using Farm.Protocol.Api;
using Farm.Store.Paths;

namespace Farm.Coordinator.Scheduling;

/// <summary>Where a step is. Always said, never inferred.</summary>
public abstract record StepState
{
    private StepState() { }

    /// <param name="OpenInputs">How many input steps are not done, at least 1.</param>
    public sealed record Waiting(int OpenInputs) : StepState;

    /// <summary>All inputs are done; what is to be built with them, and whether that is there already, is being looked up.</summary>
    public sealed record Resolving : StepState;

    /// <summary>All inputs are done and the step stands in the queue of its requirement.</summary>
    public sealed record Runnable : StepState;

    /// <summary>All inputs are done; it goes back to the queue at <paramref name="Until"/>.</summary>
    public sealed record BackingOff(DateTimeOffset Until) : StepState;

    /// <summary>A worker has it.</summary>
    public sealed record Assigned(Attempt Attempt) : StepState;

    /// <summary>The worker says that it is built; whether the coordinator's store has all outputs is being checked.</summary>
    public sealed record Verifying(Attempt Attempt, BuildOutcome.Built Outcome) : StepState;

    /// <summary>All outputs are valid in the coordinator's store.</summary>
    /// <param name="Attempt">What built it; null when the outputs were there already.</param>
    public sealed record Done(Attempt? Attempt) : StepState;

    /// <param name="Reason">One sentence.</param>
    /// <param name="Attempt">The last try; null when there was none.</param>
    /// <param name="Kind">What clients tell apart.</param>
    public sealed record Failed(string Reason, Attempt? Attempt, FailureKind Kind = FailureKind.Build) : StepState;

    /// <param name="FailedStep">The step that failed itself.</param>
    public sealed record DependencyFailed(StorePath FailedStep) : StepState;

    /// <summary>Whether nothing more will happen to the step.</summary>
    public bool IsFinal => this is Done or Failed or DependencyFailed;

    /// <summary>The attempt that a worker has of this step; null when none has.</summary>
    public Attempt? LiveAttempt =>
        this switch
        {
            Assigned assigned => assigned.Attempt,
            Verifying verifying => verifying.Attempt,
            _ => null,
        };
}
