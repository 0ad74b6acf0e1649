using Farm.Coordinator.Planning;

namespace Farm.Coordinator.Actors;

/// <summary>What the actor of a session works with.</summary>
internal sealed record WorkerLinkParts(
    WorkerLinkSettings Settings,
    IActorRef Scheduler,
    IActorRef Logs,
    RequestSource Requests,
    InputLocations Locations,
    TimeProvider Time
);
