using Farm.Store.Collecting;
using Farm.Store.Database;
using Farm.Store.Local;
using Farm.Store.Native;
using Farm.Store.Paths;
using Farm.Store.Roots;

namespace Farm.Store.Collector;

/// <summary>Deletes paths that were named, all or none of them.</summary>
/// <remarks>Source: Nix's <c>gcDeleteSpecific</c>. Differences: Nix deletes those that come before the first that is alive, and lets
/// <c>--ignore-liveness</c> delete what is a root.</remarks>
internal sealed class NamedDeletion(LocalStore store, KeepRules keep)
{
    private const string Holder = "a process that holds it";

    public async Task<CollectReport> RunAsync(
        CollectRequest.DeletePaths request,
        IProgress<CollectProgress>? progress,
        CancellationToken ct
    )
    {
        var named = request.Paths.ToHashSet();
        await CheckAsync(named, request.IgnoresLiveness, ct).ConfigureAwait(false);
        var graph = await store
            .Records.AskAsync(queries => GraphQueries.GraphOf(queries, named), ct)
            .ConfigureAwait(false);
        var leftovers = named.Where(path => graph.Find(path) is null).ToList();
        foreach (var missing in leftovers.Where(path => !Exists(path)))
            throw new StoreException.InvalidPath(store.StoreDir.Print(missing));
        var order = DeletionOrder.Of(graph, Liveness.Dead(graph, new(graph.Count), before: null));
        var deletion = new Deletion(store, maxFreedBytes: null, progress);
        await deletion.RunAsync(new Leftovers(leftovers, []), graph, order, ct).ConfigureAwait(false);
        if (deletion.DeletedPaths + deletion.DeletedLeftovers < named.Count)
            await ExplainAsync(named, ct).ConfigureAwait(false);
        var links = await new LinkSweeper(store.Files).SweepAsync(progress, ct).ConfigureAwait(false);
        return deletion.Report(links);
    }

    /// <summary>Refuses before anything is deleted.</summary>
    private async Task CheckAsync(HashSet<StorePath> named, bool ignoresLiveness, CancellationToken ct)
    {
        var hashes = named.ToLookup(path => path.Hash);
        foreach (var root in await StoreRoots.FindAsync(store, !ignoresLiveness, ct).ConfigureAwait(false))
        {
            if (named.Contains(root.Path) || (root.Kind == RootKind.Temporary && hashes.Contains(root.Path.Hash)))
                throw new StoreException.InUse(store.StoreDir.Print(root.Path), root.Reason);
        }
        var rules = ignoresLiveness ? KeepRules.None : keep;
        var keeper = await store
            .Records.AskAsync(queries => GraphQueries.Keeper(queries, named, rules), ct)
            .ConfigureAwait(false);
        if (keeper is var (kept, by))
            throw new StoreException.InUse(store.StoreDir.Print(kept), store.StoreDir.Print(by));
    }

    /// <summary>Says why one stayed that was free when the deletion began: it was taken into use meanwhile.</summary>
    private async Task ExplainAsync(HashSet<StorePath> named, CancellationToken ct)
    {
        var valid = await store.ValidAsync(named, ct).ConfigureAwait(false);
        foreach (var path in valid)
        {
            var referrers = (await store.ReferrersAsync(path, ct).ConfigureAwait(false)).Remove(path);
            var by = referrers.IsEmpty ? Holder : store.StoreDir.Print(referrers[0]);
            throw new StoreException.InUse(store.StoreDir.Print(path), by);
        }
    }

    private bool Exists(StorePath path) =>
        Syscalls.Status(store.Files.StoreDirectory, StoreLayout.Bytes(path), out _) == 0;
}
