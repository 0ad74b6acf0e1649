using Farm.Protocol.Api;

namespace Farm.Coordinator.Scheduling;

/// <summary>Why a step failed, as it is recorded.</summary>
/// <param name="Reason">One sentence.</param>
/// <param name="Kind">What clients tell apart.</param>
public sealed record StepFailure(string Reason, FailureKind Kind);
