using Farm.Coordinator.Actors;
using Farm.Coordinator.Logs;
using Farm.Coordinator.Persistence;
using Farm.Coordinator.Planning;
using Farm.Store.Roots;

namespace Farm.Coordinator.Api;

/// <summary>What the endpoints work with.</summary>
/// <param name="Stopping">Cancelled when the node ends: streams end then.</param>
/// <param name="Identity">Identity of the coordinator's database.</param>
/// <param name="StoreRoot">Physical root of the store.</param>
internal sealed record ApiParts(
    string Identity,
    string StoreDir,
    string StoreRoot,
    DateTimeOffset StartedAt,
    ActorSystem Actors,
    IActorRef Scheduler,
    IActorRef LogRelay,
    SchedulerSnapshot Snapshot,
    BuildPlanner Planner,
    IFarmHistory History,
    LogFiles Logs,
    TempRoots TempRoots,
    HoldLeases Leases,
    Fetchings Fetchings,
    CancellationToken Stopping
);
