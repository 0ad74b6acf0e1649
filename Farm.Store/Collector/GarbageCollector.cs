using System.Collections.Immutable;
using System.Diagnostics;
using Farm.Store.Collecting;
using Farm.Store.Database;
using Farm.Store.Local;
using Farm.Store.Native;
using Farm.Store.Paths;
using Farm.Store.Roots;

namespace Farm.Store.Collector;

/// <summary>Deletes what no root keeps, while additions and builds go on.</summary>
/// <remarks>What anyone holds, or has held since the collection began, stays; so does what gets a referrer meanwhile.
/// Source: Nix manual, <c>nix-store --gc</c>.</remarks>
public sealed class GarbageCollector(LocalStore store, CollectorSettings settings)
{
    /// <summary>Does what is asked. One collector works on a store at a time; the next one waits.</summary>
    /// <exception cref="StoreException.InUse">A path that was named is alive; none is deleted.</exception>
    /// <exception cref="StoreException.InvalidPath">A path that was named is not in the store.</exception>
    /// <exception cref="StoreException.FileSystem">Something could not be removed. What was deleted before is gone.</exception>
    public async Task<CollectReport> CollectAsync(
        CollectRequest request,
        IProgress<CollectProgress>? progress,
        CancellationToken ct
    )
    {
        progress?.Report(new CollectProgress.Searching());
        if (request is CollectRequest.Collect or CollectRequest.DeletePaths)
            store.Reserved.GiveUp();
        try
        {
            await using var turn = await CollectorTurn.TakeAsync(store, ct).ConfigureAwait(false);
            return request switch
            {
                CollectRequest.Collect collect => await DeleteDeadAsync(collect, progress, ct).ConfigureAwait(false),
                CollectRequest.DeletePaths named => await new NamedDeletion(store, settings.Keep)
                    .RunAsync(named, progress, ct)
                    .ConfigureAwait(false),
                CollectRequest.QueryDead query => await ListAsync(query.Before, isLive: false, ct)
                    .ConfigureAwait(false),
                CollectRequest.QueryLive => await ListAsync(before: null, isLive: true, ct).ConfigureAwait(false),
                _ => throw new UnreachableException(),
            };
        }
        finally
        {
            store.Reserved.TryMake();
        }
    }

    private async Task<CollectReport> DeleteDeadAsync(
        CollectRequest.Collect request,
        IProgress<CollectProgress>? progress,
        CancellationToken ct
    )
    {
        var deletion = new Deletion(store, request.MaxFreedBytes, progress);
        if (request.MaxFreedBytes is not <= 0)
        {
            var survey = await SurveyAsync(request.Before, ct).ConfigureAwait(false);
            progress?.Report(new CollectProgress.Found(survey.Live.Count, survey.Dead.Count));
            var order = DeletionOrder.Of(survey.Graph, survey.Dead);
            await deletion.RunAsync(survey.Leftovers, survey.Graph, order, ct).ConfigureAwait(false);
        }
        var links = await new LinkSweeper(store.Files).SweepAsync(progress, ct).ConfigureAwait(false);
        return deletion.Report(links);
    }

    private async Task<CollectReport> ListAsync(DateTimeOffset? before, bool isLive, CancellationToken ct)
    {
        var survey = await SurveyAsync(before, ct).ConfigureAwait(false);
        var paths = await store
            .Records.AskAsync(
                queries => GraphQueries.Paths(queries, survey.Graph, isLive ? survey.Live : survey.Dead),
                ct
            )
            .ConfigureAwait(false);
        return new() { Listed = [.. paths, .. isLive ? survey.InUse : survey.Leftovers.Named] };
    }

    /// <param name="InUse">Names that are no valid path but belong to what a process holds.</param>
    private sealed record Surveyed(
        StoreGraph Graph,
        NodeSet Live,
        NodeSet Dead,
        Leftovers Leftovers,
        IReadOnlyList<StorePath> InUse
    );

    /// <summary>The names in the directory are read before the graph: what is added between the two is then in the graph, and no leftover.</summary>
    private async Task<Surveyed> SurveyAsync(DateTimeOffset? before, CancellationToken ct)
    {
        var roots = await StoreRoots.FindAsync(store, includeRuntime: true, ct).ConfigureAwait(false);
        var entries = await Task.Run(() => Leftovers.List(store.Layout), ct).ConfigureAwait(false);
        var graph = await store
            .Records.AskAsync(queries => GraphQueries.Graph(queries, settings.Keep), ct)
            .ConfigureAwait(false);
        return await Task.Run(() => Survey(roots, entries, graph, before), ct).ConfigureAwait(false);
    }

    private Surveyed Survey(
        ImmutableArray<GcRoot> roots,
        DirectoryEntries entries,
        StoreGraph graph,
        DateTimeOffset? before
    )
    {
        HashSet<StorePathHash> held =
        [
            .. store.TempRoots.Held(),
            .. roots.Where(root => root.Kind == RootKind.Temporary).Select(root => root.Path.Hash),
        ];
        var live = Liveness.Mark(graph, roots.Select(root => root.Path.Hash).Concat(held));
        var leftovers = Leftovers.Find(entries, graph);
        var named = leftovers.Named.ToLookup(path => held.Contains(path.Hash));
        return new(
            graph,
            live,
            Liveness.Dead(graph, live, before),
            leftovers with
            {
                Named = [.. named[false]],
            },
            [.. named[true]]
        );
    }
}
