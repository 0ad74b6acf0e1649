using System.Text.Json.Serialization;
using Farm.Store.Paths;

namespace Farm.Protocol.Api;

/// <summary>Where a step (one derivation to build) is.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Waiting), "waiting")]
[JsonDerivedType(typeof(Runnable), "runnable")]
[JsonDerivedType(typeof(Running), "running")]
[JsonDerivedType(typeof(Done), "done")]
[JsonDerivedType(typeof(Failed), "failed")]
[JsonDerivedType(typeof(DependencyFailed), "dependencyFailed")]
public abstract record StepStatus
{
    private StepStatus() { }

    /// <param name="Inputs">How many input steps are not done.</param>
    public sealed record Waiting(int Inputs) : StepStatus;

    /// <summary>All inputs are there; it waits for a worker.</summary>
    /// <param name="NotBefore">Set while it waits after a failure of infrastructure.</param>
    public sealed record Runnable(DateTimeOffset? NotBefore) : StepStatus;

    /// <param name="Since">When the worker was chosen.</param>
    /// <param name="PhaseSince">When the phase began.</param>
    public sealed record Running(
        AttemptId Attempt,
        WorkerId Worker,
        BuildPhase Phase,
        DateTimeOffset Since,
        DateTimeOffset PhaseSince
    ) : StepStatus;

    /// <param name="Attempt">The attempt that built it; null when its outputs were valid already.</param>
    public sealed record Done(AttemptId? Attempt) : StepStatus;

    /// <param name="Reason">One sentence.</param>
    /// <param name="Attempt">The last attempt; its log says more. Null when none was made.</param>
    /// <param name="Kind">What kind of failure it was.</param>
    public sealed record Failed(string Reason, AttemptId? Attempt, FailureKind Kind = FailureKind.Build) : StepStatus;

    /// <param name="FailedStep">The step whose failure is the cause.</param>
    public sealed record DependencyFailed(StorePath FailedStep) : StepStatus;
}
