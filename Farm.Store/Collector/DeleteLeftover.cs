using Farm.Store.Actors;
using Farm.Store.Integrity;
using Farm.Store.Local;
using Farm.Store.Locking;
using Farm.Store.Paths;

namespace Farm.Store.Collector;

/// <summary>Moves what stands under the name of a path aside, unless the path is valid. Runs under the path's lock.
/// Answers what is removed already; null where nothing was done.</summary>
/// <param name="Files">The store's.</param>
/// <param name="Aside">Where it goes; null to remove it in place.</param>
/// <param name="Links">What is in <c>.links</c>, as far as it is to go with the object.</param>
/// <param name="Records">The database.</param>
/// <param name="Path">The name.</param>
internal sealed record DeleteLeftover(
    StoreFiles Files,
    Stage? Aside,
    LinkIndex? Links,
    StoreRecords Records,
    StorePath Path
) : IPathOperation<RemovedFiles?>
{
    public PathLockKey Key => new PathLockKey.Path(Path);

    public async Task<RemovedFiles?> RunAsync()
    {
        var known = await Records.QueryAsync(Path, CancellationToken.None).ConfigureAwait(false);
        if (known is not null)
            return null;
        var name = StoreLayout.Bytes(Path);
        var inPlace = new TreeRemoval(Files, Files.StoreDirectory, Links);
        if (!await MoveAside.RunAsync(Files, Aside, inPlace, name, name).ConfigureAwait(false))
            return null;
        await inPlace.CompleteAsync().ConfigureAwait(false);
        return inPlace.Removed;
    }
}
