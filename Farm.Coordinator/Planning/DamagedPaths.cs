using System.Collections.Immutable;
using Farm.Store;
using Farm.Store.Integrity;
using Farm.Store.Local;
using Farm.Store.Paths;

namespace Farm.Coordinator.Planning;

/// <summary>Finds what is damaged in the coordinator's store, and exchanges it where a good copy can be fetched.</summary>
/// <param name="store">The coordinator's store.</param>
/// <param name="copies">Where good copies come from that need not be built.</param>
public sealed class DamagedPaths(LocalStore store, IRepairSource copies)
{
    /// <summary>Those paths that are damaged still, of the ones given and all that they refer to.</summary>
    /// <param name="paths">Valid paths, which somebody holds.</param>
    /// <param name="looked">Paths that are left out; gets those that were looked at.</param>
    /// <param name="ct">Stops it.</param>
    public async Task<ImmutableSortedSet<StorePath>> FindAsync(
        IEnumerable<StorePath> paths,
        HashSet<StorePath> looked,
        CancellationToken ct
    )
    {
        var closure = await store.ClosureAsync([.. paths], ct).ConfigureAwait(false);
        var found = ImmutableSortedSet.CreateBuilder<StorePath>();
        foreach (var path in closure.Where(looked.Add))
        {
            if (!await IsWellAsync(path, ct).ConfigureAwait(false))
                found.Add(path);
        }

        return found.ToImmutable();
    }

    private async Task<bool> IsWellAsync(StorePath path, CancellationToken ct)
    {
        if (await store.IsIntactAsync(path, ct).ConfigureAwait(false))
            return true;
        try
        {
            return await store.QueryAsync(path, ct).ConfigureAwait(false) is { } info
                && await copies.RepairAsync(info, ct).ConfigureAwait(false);
        }
        catch (StoreException)
        {
            return false; // It is built again; a cache that does not answer is no reason to give up.
        }
    }
}
