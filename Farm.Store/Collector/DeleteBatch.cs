using System.Globalization;
using System.Text;
using Farm.Store.Actors;
using Farm.Store.Integrity;
using Farm.Store.Local;
using Farm.Store.Locking;
using Farm.Store.Paths;

namespace Farm.Store.Collector;

/// <summary>Makes dead paths invalid in one transaction and moves their files aside. Runs under their locks. One that has got a
/// referrer meanwhile stays.</summary>
/// <param name="Files">The store's.</param>
/// <param name="Aside">Where the objects go; null to remove them in place.</param>
/// <param name="Links">What is in <c>.links</c>, as far as it is to go with the objects.</param>
/// <param name="Records">The database.</param>
/// <param name="Paths">Rows and paths, what refers before what is referred to.</param>
internal sealed record DeleteBatch(
    StoreFiles Files,
    Stage? Aside,
    LinkIndex? Links,
    StoreRecords Records,
    IReadOnlyList<(long Row, StorePath Path)> Paths
) : IPathOperation<DeletedBatch>
{
    public IReadOnlyList<PathLockKey> Keys { get; } =
    [.. Paths.Select(path => path.Path).Order().Select(path => new PathLockKey.Path(path))];

    public async Task<DeletedBatch> RunAsync()
    {
        var gone = await Records.InvalidateUnusedAsync([.. Paths.Select(path => path.Row)]).ConfigureAwait(false);
        var names = new List<string>(gone.Length);
        var inPlace = new TreeRemoval(Files, Files.StoreDirectory, Links);
        for (var i = 0; i < gone.Length; i++)
        {
            if (!gone[i])
                continue;
            names.Add(Paths[i].Path.ToString());
            var aside = Encoding.ASCII.GetBytes(i.ToString(CultureInfo.InvariantCulture));
            await MoveAside
                .RunAsync(Files, Aside, inPlace, StoreLayout.Bytes(Paths[i].Path), aside)
                .ConfigureAwait(false);
        }
        await inPlace.CompleteAsync().ConfigureAwait(false);
        return new(names, inPlace.Removed);
    }
}
