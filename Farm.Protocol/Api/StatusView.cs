using System.Collections.Immutable;

namespace Farm.Protocol.Api;

/// <summary>The farm at a glance: <c>GET /api/status</c>. Not compared by value.</summary>
/// <param name="Coordinator">Identity of the coordinator's database.</param>
/// <param name="StoreDir">Logical store directory of the farm.</param>
/// <param name="Steps">Steps of unfinished builds.</param>
/// <param name="Builds">Unfinished builds, in order of priority.</param>
/// <param name="StoreRoot">Physical root of the coordinator's store, for clients on the same machine; null where it does not tell.</param>
/// <param name="Fetching">What is fetched for builds that are being submitted, the oldest first; null from a coordinator that does not tell.</param>
public sealed record StatusView(
    string Coordinator,
    string StoreDir,
    DateTimeOffset StartedAt,
    int WorkersConnected,
    int Slots,
    int SlotsBusy,
    StepCounts Steps,
    ImmutableArray<BuildSummary> Builds,
    ImmutableArray<StepSummary> Running,
    string? StoreRoot = null,
    ImmutableArray<FetchView>? Fetching = null
);
