using Farm.Store.Integrity;
using Farm.Store.PathInfos;

namespace Farm.Fuzz.Daemons;

/// <summary>Has no good copies.</summary>
internal sealed class NoRepair : IRepairSource
{
    public Task<bool> RepairAsync(PathInfo info, CancellationToken ct) => Task.FromResult(false);
}
