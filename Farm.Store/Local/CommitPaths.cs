using Farm.Store.Actors;
using Farm.Store.Database;
using Farm.Store.Locking;
using Farm.Store.PathInfos;

namespace Farm.Store.Local;

/// <summary>Moves finished objects into place and makes them valid, all in one transaction. Runs under the locks of their paths.
/// Answers what is then known of each. Of a path that is valid already nothing changes.</summary>
internal sealed record CommitPaths(
    StoreFiles Files,
    StoreRecords Records,
    IReadOnlyList<(StagedTree Tree, Registration Registration)> Paths
) : IPathOperation<IReadOnlyList<PathInfo>>
{
    public IReadOnlyList<PathLockKey> Keys { get; } =
    [.. Paths.Select(path => new PathLockKey.Path(path.Registration.Info.Path)).Order()];

    public async Task<IReadOnlyList<PathInfo>> RunAsync()
    {
        var infos = await KnownAsync().ConfigureAwait(false);
        var moved = new List<byte[]>();
        try
        {
            var moves = new List<Task>();
            for (var i = 0; i < Paths.Count; i++)
            {
                if (infos[i] is null)
                    moves.Add(MoveAsync(Paths[i].Tree, Paths[i].Registration.Info, moved));
            }
            await Task.WhenAll(moves).ConfigureAwait(false);
            Files.SyncBeforeValid(moved);
            var batch = Paths.Where((_, i) => infos[i] is null).Select(path => path.Registration).ToList();
            var registered = batch.Count == 0 ? [] : await Records.RegisterAsync(batch).ConfigureAwait(false);
            for (int i = 0, next = 0; i < Paths.Count; i++)
                infos[i] ??= registered[next++];
        }
        catch
        {
            foreach (var name in moved)
                await TreeRemover.RemoveAsync(Files, Files.StoreDirectory, name).ConfigureAwait(false);
            throw;
        }
        return infos!; // Each is now what was known or what was registered.
    }

    /// <summary>What is recorded of each, in their order; null where a path is not valid.</summary>
    private async Task<PathInfo?[]> KnownAsync()
    {
        var found = await Records
            .AskAsync(
                queries => queries.Infos(Paths.Select(path => path.Registration.Info.Path)),
                CancellationToken.None
            )
            .ConfigureAwait(false);
        var known = found.ToDictionary(info => info.Path);
        return [.. Paths.Select(path => known.GetValueOrDefault(path.Registration.Info.Path))];
    }

    private async Task MoveAsync(StagedTree tree, PathInfo info, List<byte[]> moved)
    {
        var name = StoreLayout.Bytes(info.Path);
        await TreeRemover.RemoveAsync(Files, Files.StoreDirectory, name).ConfigureAwait(false);
        lock (moved)
            moved.Add(name);
        await tree.MoveAsync(name, info.NarHash).ConfigureAwait(false);
    }
}
