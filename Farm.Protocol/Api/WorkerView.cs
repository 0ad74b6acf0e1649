using System.Collections.Immutable;

namespace Farm.Protocol.Api;

/// <summary>A worker in <c>GET /api/workers</c>. Not compared by value.</summary>
/// <param name="QuarantinedUntil">When a single build is tried on it again; null unless quarantined.</param>
/// <param name="Running">Steps that it has.</param>
public sealed record WorkerView(
    WorkerId Name,
    WorkerState State,
    DateTimeOffset? QuarantinedUntil,
    ImmutableArray<string> Systems,
    ImmutableArray<string> Features,
    int Slots,
    Uri? CacheUrl,
    DateTimeOffset StateSince,
    ImmutableArray<StepSummary> Running
);
