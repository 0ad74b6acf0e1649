using System.Collections.Immutable;
using Farm.Coordinator.Persistence;
using Farm.Coordinator.Planning;
using Farm.Coordinator.Scheduling;
using Farm.Protocol;

namespace Farm.Coordinator.Actors;

/// <summary>What the scheduler's actor works with.</summary>
/// <param name="Snapshot">Holds the initial state and receives each durable one.</param>
/// <param name="Restored">What to begin with.</param>
/// <param name="LastBuild">Highest number ever given to a build.</param>
/// <param name="Realiser">Finds out what steps come to.</param>
/// <param name="Logs">The actor that keeps the logs.</param>
internal sealed record SchedulerParts(
    SchedulerSnapshot Snapshot,
    SchedulerEvent.Restored Restored,
    ImmutableDictionary<BuildId, BuildOptions> RestoredOptions,
    long LastBuild,
    IStepRealiser Realiser,
    IFarmJournal Journal,
    IBuildRoots Roots,
    IActorRef Logs,
    TimeProvider Time
);
