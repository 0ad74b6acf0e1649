using Farm.Store;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Worker.Execution;

/// <summary>A binary cache of the farm from which inputs are fetched.</summary>
public interface INarSource
{
    /// <summary>What it knows of a path; null where it does not have it.</summary>
    /// <exception cref="TransferException">It cannot be asked.</exception>
    Task<NarInfo?> QueryAsync(StorePath path, CancellationToken ct);

    /// <summary>Adds a path from its NAR to a store, which verifies it.</summary>
    /// <param name="path">What the authority says of the path, where this source may be another node.</param>
    /// <exception cref="TransferException">It cannot be reached, does not have the path, or breaks off.</exception>
    /// <exception cref="StoreException">The store refuses what it gets, or cannot take it.</exception>
    Task<PathInfo> CopyAsync(NarInfo path, IStore into, CancellationToken ct);
}
