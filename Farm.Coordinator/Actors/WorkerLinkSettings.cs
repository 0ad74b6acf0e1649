namespace Farm.Coordinator.Actors;

/// <summary>How sessions are held.</summary>
/// <param name="Coordinator">Identity that a welcome names.</param>
/// <param name="StoreDir">Logical store directory, which a worker's must equal.</param>
/// <param name="HeartbeatInterval">A worker is silent for at most three times as long.</param>
internal sealed record WorkerLinkSettings(
    string Coordinator,
    string StoreDir,
    TimeSpan HeartbeatInterval,
    Protocol.PhaseLimits Limits
);
