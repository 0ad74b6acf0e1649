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
        var infos = new PathInfo?[Paths.Count];
        for (var i = 0; i < Paths.Count; i++)
            infos[i] = await Records
                .QueryAsync(Paths[i].Registration.Info.Path, CancellationToken.None)
                .ConfigureAwait(false);
        var moved = new List<byte[]>();
        try
        {
            for (var i = 0; i < Paths.Count; i++)
            {
                if (infos[i] is null)
                    await MoveAsync(Paths[i].Tree, Paths[i].Registration.Info, moved).ConfigureAwait(false);
            }
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

    private async Task MoveAsync(StagedTree tree, PathInfo info, List<byte[]> moved)
    {
        var name = StoreLayout.Bytes(info.Path);
        await TreeRemover.RemoveAsync(Files, Files.StoreDirectory, name).ConfigureAwait(false);
        moved.Add(name);
        await tree.MoveAsync(name, info.NarHash).ConfigureAwait(false);
    }
}
