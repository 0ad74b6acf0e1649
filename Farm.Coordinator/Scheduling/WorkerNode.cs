using System.Collections.Immutable;
using Farm.Protocol;

namespace Farm.Coordinator.Scheduling;

/// <summary>A worker that the scheduler knows.</summary>
/// <param name="Attempts">Attempts it has, with the number of their step; those being verified included.</param>
/// <param name="BusySlots">Attempts that take a slot.</param>
public sealed record WorkerNode(
    WorkerId Id,
    WorkerCapabilities Capabilities,
    Uri? CacheUrl,
    WorkerLink Link,
    WorkerHealth Health,
    ImmutableSortedDictionary<AttemptId, int> Attempts,
    int BusySlots
)
{
    /// <summary>How many more builds it takes now.</summary>
    public int FreeSlots =>
        (Link, Health) switch
        {
            (WorkerLink.Disconnected, _) => 0,
            (_, WorkerHealth.Quarantined) => 0,
            (_, WorkerHealth.Canary) => Math.Max(0, Math.Min(1, Capabilities.Slots) - BusySlots),
            _ => Math.Max(0, Capabilities.Slots - BusySlots),
        };
}
