using Farm.Protocol;

namespace Farm.Coordinator.Scheduling;

/// <summary>One try at a step on one worker.</summary>
/// <param name="Epoch">Number among the tries of its step, from 1.</param>
/// <param name="Phase">As last reported.</param>
/// <param name="StartedAt">When the worker was chosen.</param>
/// <param name="PhaseSince">When the phase began, or when the attempt was adopted again.</param>
public sealed record Attempt(
    AttemptId Id,
    long Epoch,
    WorkerId Worker,
    BuildPhase Phase,
    DateTimeOffset StartedAt,
    DateTimeOffset PhaseSince
);
