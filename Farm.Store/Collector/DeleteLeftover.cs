using Farm.Store.Actors;
using Farm.Store.Local;
using Farm.Store.Locking;
using Farm.Store.Paths;

namespace Farm.Store.Collector;

/// <summary>Moves what stands under the name of a path aside, unless the path is valid. Runs under the path's lock.
/// Answers the bytes freed already; null where nothing was done.</summary>
/// <param name="Files">The store's.</param>
/// <param name="Aside">Where it goes; null to remove it in place.</param>
/// <param name="Records">The database.</param>
/// <param name="Path">The name.</param>
internal sealed record DeleteLeftover(StoreFiles Files, Stage? Aside, StoreRecords Records, StorePath Path)
    : IPathOperation<long?>
{
    public PathLockKey Key => new PathLockKey.Path(Path);

    public async Task<long?> RunAsync()
    {
        var known = await Records.QueryAsync(Path, CancellationToken.None).ConfigureAwait(false);
        var name = StoreLayout.Bytes(Path);
        return known is null ? await MoveAside.RunAsync(Files, Aside, name, name).ConfigureAwait(false) : null;
    }
}
