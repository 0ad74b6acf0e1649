using System.Collections.Immutable;

namespace Farm.Protocol.Api;

/// <summary>A build with its progress. Not compared by value.</summary>
/// <param name="Counts">All steps of the build, those that were valid from the start included.</param>
/// <param name="Running">Steps that a worker has now, oldest first.</param>
/// <param name="Failures">Steps that failed themselves; dependants of these are only counted.</param>
/// <param name="Usage">What its builders have used; null from a coordinator that does not tell.</param>
public sealed record BuildView(
    BuildId Id,
    BuildState State,
    int Priority,
    DateTimeOffset CreatedAt,
    DateTimeOffset? FinishedAt,
    ImmutableArray<BuildRootView> Roots,
    StepCounts Counts,
    ImmutableArray<StepSummary> Running,
    ImmutableArray<StepSummary> Failures,
    UsageTotal? Usage = null
);
