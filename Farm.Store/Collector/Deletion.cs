using System.Collections.Immutable;
using Farm.Store.Collecting;
using Farm.Store.Database;
using Farm.Store.Local;
using Farm.Store.Native;
using Farm.Store.Paths;

namespace Farm.Store.Collector;

/// <summary>One run of deleting: batch after batch leaves the store, and what was moved aside is removed beside it.</summary>
/// <remarks>A batch is short, so that whoever adds or holds one of its paths waits no longer than a look-up takes.</remarks>
internal sealed class Deletion(LocalStore store, long? maxFreedBytes, IProgress<CollectProgress>? progress)
{
    private const int MostInBatch = 128;

    private readonly TrashRemoval _trash = new();
    private long _done;
    private long _total;

    public long DeletedPaths { get; private set; }

    public long DeletedLeftovers { get; private set; }

    public long FreedBytes => _trash.FreedBytes;

    private long? BytesLeft => maxFreedBytes - FreedBytes;

    /// <summary>As Nix does: ends after the deletion that goes beyond the limit, and begins none where it is 0.</summary>
    private bool IsOver => maxFreedBytes == 0 || BytesLeft < 0;

    /// <summary>Deletes leftovers and dead paths.</summary>
    /// <param name="leftovers">What is no valid path.</param>
    /// <param name="graph">Names the nodes.</param>
    /// <param name="order">The dead, referrers first.</param>
    /// <param name="ct">Ends it between two batches.</param>
    public async Task RunAsync(Leftovers leftovers, StoreGraph graph, int[] order, CancellationToken ct)
    {
        _total = leftovers.Named.Count + leftovers.Foreign.Count + order.Length;
        try
        {
            await DeleteLeftoversAsync(leftovers, ct).ConfigureAwait(false);
            var batches = new DeletionBatches(graph, order, MostInBatch);
            while (!batches.IsEmpty && !IsOver)
            {
                ct.ThrowIfCancellationRequested();
                await DeleteBatchAsync(graph, batches.Take(BytesLeft), ct).ConfigureAwait(false);
                await CountAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            await _trash.DrainAsync().ConfigureAwait(false);
        }
    }

    private async Task DeleteBatchAsync(StoreGraph graph, ReadOnlyMemory<int> nodes, CancellationToken ct)
    {
        var paths = await store
            .Records.AskAsync(queries => GraphQueries.Paths(queries, graph, nodes), ct)
            .ConfigureAwait(false);
        var begun = new List<(long Row, StorePath Path)>(paths.Length);
        for (var i = 0; i < paths.Length; i++)
        {
            if (paths[i] is { } path && store.TempRoots.TryBeginDeletion(path.Hash))
                begun.Add((graph[nodes.Span[i]].Row, path));
        }
        _done += paths.Length;
        if (begun.Count == 0)
            return;
        var aside = NewAside();
        var deleted = new DeletedBatch([], 0);
        try
        {
            var batch = new DeleteBatch(store.Files, aside, store.Records, begun);
            deleted = await store.Files.Locks.RunAsync(batch.Keys, batch).ConfigureAwait(false);
        }
        finally
        {
            foreach (var (_, path) in begun)
                store.TempRoots.EndDeletion(path.Hash);
            await TakeAsync(aside, deleted.FreedBytes).ConfigureAwait(false);
        }
        DeletedPaths += deleted.Names.Count;
        Report([.. deleted.Names]);
    }

    private async Task DeleteLeftoversAsync(Leftovers leftovers, CancellationToken ct)
    {
        foreach (var path in leftovers.Named)
        {
            if (IsOver)
                return;
            ct.ThrowIfCancellationRequested();
            _done++;
            await DeleteNamedAsync(path).ConfigureAwait(false);
            await CountAsync().ConfigureAwait(false);
        }
        foreach (var name in leftovers.Foreign)
        {
            if (IsOver)
                return;
            ct.ThrowIfCancellationRequested();
            _done++;
            await DeleteForeignAsync(name).ConfigureAwait(false);
            await CountAsync().ConfigureAwait(false);
        }
    }

    /// <summary>What stands under a path's name belongs to whoever holds the path, as a build's directory does.</summary>
    private async Task DeleteNamedAsync(StorePath path)
    {
        if (!store.TempRoots.TryBeginDeletion(path.Hash))
            return;
        var aside = NewAside();
        long? freed = null;
        try
        {
            var delete = new DeleteLeftover(store.Files, aside, store.Records, path);
            freed = await store.Files.UnderLockAsync(delete.Key, delete).ConfigureAwait(false);
        }
        finally
        {
            store.TempRoots.EndDeletion(path.Hash);
            await TakeAsync(aside, freed ?? 0).ConfigureAwait(false);
        }
        if (freed is not null)
            Count(path.ToString());
    }

    /// <summary>A directory that another process has locked is in use.</summary>
    private async Task DeleteForeignAsync(byte[] name)
    {
        var directory = Syscalls.Open(store.Files.StoreDirectory, name, Syscalls.ReadOnly | Syscalls.Directory);
        try
        {
            if (directory >= 0 && !FileLock.TryExclusive(directory, Show(name)))
                return;
            var aside = NewAside();
            var freed = await MoveAside.RunAsync(store.Files, aside, name, name).ConfigureAwait(false);
            await TakeAsync(aside, freed ?? 0).ConfigureAwait(false);
            if (freed is not null)
                Count(Show(name));
        }
        finally
        {
            if (directory >= 0)
                Syscalls.Close(directory);
        }
    }

    private void Count(string leftover)
    {
        DeletedLeftovers++;
        Report([leftover]);
    }

    /// <summary>With a limit, what was moved aside has to be counted before more may go.</summary>
    private async Task CountAsync()
    {
        if (maxFreedBytes is not null)
            await _trash.DrainAsync().ConfigureAwait(false);
    }

    /// <summary>Where files are moved before they are removed; null where the disk has no inode left for it: then they are removed in place.</summary>
    private Stage? NewAside()
    {
        try
        {
            return store.Files.NewStage();
        }
        catch (StoreException.NoSpace)
        {
            return null;
        }
    }

    private async Task TakeAsync(Stage? aside, long freed)
    {
        _trash.CountFreed(freed);
        if (aside is not null)
            await _trash.AddAsync(aside).ConfigureAwait(false);
    }

    private void Report(ImmutableArray<string> names) =>
        progress?.Report(new CollectProgress.Deleted(names, _done, _total, FreedBytes));

    private static string Show(byte[] name) => Hashing.ByteString.FromBytes(name).ToString();
}
