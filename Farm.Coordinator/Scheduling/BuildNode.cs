using System.Collections.Immutable;
using Farm.Protocol;
using Farm.Protocol.Api;

namespace Farm.Coordinator.Scheduling;

/// <summary>An unfinished build.</summary>
/// <param name="Roots">Numbers of the steps it is for.</param>
/// <param name="Steps">Numbers of all its steps, inputs before those that need them.</param>
/// <param name="Counts">Of its steps, by status.</param>
/// <param name="HasStarted">Whether a step of it was ever given to a worker.</param>
public sealed record BuildNode(
    BuildId Id,
    int Priority,
    DateTimeOffset CreatedAt,
    ImmutableArray<int> Roots,
    ImmutableArray<int> Steps,
    StepCounts Counts,
    bool HasStarted
)
{
    /// <summary>What its builders have used since the coordinator started.</summary>
    public UsageTotal Usage { get; init; } = UsageTotal.None;

    /// <summary>Whether all its steps are final.</summary>
    public bool IsOver => Counts.Waiting == 0 && Counts.Runnable == 0 && Counts.Running == 0;
}
