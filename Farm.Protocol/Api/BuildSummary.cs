using System.Collections.Immutable;
using Farm.Store.Paths;

namespace Farm.Protocol.Api;

/// <summary>A build in <c>GET /api/builds</c>.</summary>
/// <param name="Usage">What its builders have used; null from a coordinator that does not tell.</param>
public sealed record BuildSummary(
    BuildId Id,
    BuildState State,
    int Priority,
    DateTimeOffset CreatedAt,
    DateTimeOffset? FinishedAt,
    ImmutableArray<StorePath> Roots,
    StepCounts Counts,
    UsageTotal? Usage = null
);
