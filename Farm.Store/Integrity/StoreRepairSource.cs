using Farm.Store.Local;
using Farm.Store.PathInfos;

namespace Farm.Store.Integrity;

/// <summary>Repairs from another store that has the path with the same hash: a store on a disk, a node, a binary cache.</summary>
public sealed class StoreRepairSource(LocalStore damaged, IStore from) : IRepairSource
{
    public async Task<bool> RepairAsync(PathInfo info, CancellationToken ct)
    {
        if (await from.QueryAsync(info.Path, ct).ConfigureAwait(false) is not { } offered)
            return false;
        return offered.NarHash == info.NarHash
            && await PathReplacement
                .FromNarAsync(damaged, info, (nar, ct) => from.DumpNarAsync(info.Path, nar, ct), ct)
                .ConfigureAwait(false);
    }
}
