using System.Collections.Immutable;
using Farm.Coordinator.Scheduling;
using Farm.Protocol;

namespace Farm.Coordinator;

/// <summary>What a coordinator begins with.</summary>
/// <param name="Options">Limits that the clients set, by build.</param>
/// <param name="LastBuild">Highest number ever given to a build; 0 when there was none.</param>
internal sealed record UnfinishedPlans(
    SchedulerEvent.Restored Restored,
    ImmutableDictionary<BuildId, BuildOptions> Options,
    long LastBuild
);
