using Farm.Protocol;

namespace Farm.Worker.Core;

/// <summary>What a worker is and how it decides; fixed for its life.</summary>
/// <param name="Worker">Its name.</param>
/// <param name="StoreDir">Its logical store directory.</param>
/// <param name="Capabilities">What it can build.</param>
/// <param name="CacheUrl">Where others fetch from its store; null when nowhere.</param>
/// <param name="GracePeriod">How long its builds go on without a coordinator.</param>
/// <param name="LogWindowBytes">Most bytes of one log that are sent ahead of the coordinator's acknowledgement.</param>
/// <param name="FetchAhead">How many attempts beyond the slots may fetch their inputs.</param>
public sealed record WorkerProfile(
    WorkerId Worker,
    string StoreDir,
    WorkerCapabilities Capabilities,
    Uri? CacheUrl,
    TimeSpan GracePeriod,
    long LogWindowBytes,
    int FetchAhead
);
