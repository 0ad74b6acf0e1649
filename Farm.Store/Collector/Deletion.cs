using System.Collections.Immutable;
using Farm.Store.Collecting;
using Farm.Store.Database;
using Farm.Store.Integrity;
using Farm.Store.Local;
using Farm.Store.Native;
using Farm.Store.Paths;

namespace Farm.Store.Collector;

/// <summary>One run of deleting: batch after batch leaves the store, and what was moved aside is removed beside it.</summary>
/// <remarks>A batch is short, so that whoever adds or holds one of its paths waits no longer than a look-up takes.</remarks>
internal sealed class Deletion
{
    private const int MostInBatch = 128;

    private readonly LocalStore _store;
    private readonly long? _maxFreedBytes;
    private readonly IProgress<CollectProgress>? _progress;
    private readonly LinkIndex? _links;
    private readonly TrashRemoval _trash;
    private long _done;
    private long _total;

    /// <param name="store">Where.</param>
    /// <param name="maxFreedBytes">Ends once more is freed; null for no limit.</param>
    /// <param name="progress">Is told what is out of the store.</param>
    public Deletion(LocalStore store, long? maxFreedBytes, IProgress<CollectProgress>? progress)
    {
        (_store, _maxFreedBytes, _progress) = (store, maxFreedBytes, progress);
        // Without the bit a link costs the sweep no more than it would cost here.
        _links = store.UsesImmutableBit ? LinkIndex.Read(_store.Files) : null;
        _trash = new(_links);
    }

    public long DeletedPaths { get; private set; }

    public long DeletedLeftovers { get; private set; }

    /// <summary>What the deletion has freed, and which links went with it.</summary>
    private RemovedFiles Removed => _trash.Removed;

    private long? BytesLeft => _maxFreedBytes - Removed.FreedBytes;

    /// <summary>As Nix does: ends after the deletion that goes beyond the limit, and begins none where it is 0.</summary>
    private bool IsOver => _maxFreedBytes == 0 || BytesLeft < 0;

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

    /// <summary>What it has come to, with the sweep that followed.</summary>
    public CollectReport Report(SweepReport swept) =>
        new()
        {
            DeletedPaths = DeletedPaths,
            DeletedLeftovers = DeletedLeftovers,
            FreedBytes = Removed.FreedBytes,
            Links = swept with
            {
                RemovedLinks = swept.RemovedLinks + Removed.Links,
                RemovedBytes = swept.RemovedBytes + Removed.LinkBytes,
            },
        };

    private async Task DeleteBatchAsync(StoreGraph graph, ReadOnlyMemory<int> nodes, CancellationToken ct)
    {
        var paths = await _store
            .Records.AskAsync(queries => GraphQueries.Paths(queries, graph, nodes), ct)
            .ConfigureAwait(false);
        var begun = new List<(long Row, StorePath Path)>(paths.Length);
        for (var i = 0; i < paths.Length; i++)
        {
            if (paths[i] is { } path && _store.TempRoots.TryBeginDeletion(path.Hash))
                begun.Add((graph[nodes.Span[i]].Row, path));
        }
        _done += paths.Length;
        if (begun.Count == 0)
            return;
        var aside = NewAside();
        var deleted = new DeletedBatch([], default);
        try
        {
            var batch = new DeleteBatch(_store.Files, aside, _links, _store.Records, begun);
            deleted = await _store.Files.Locks.RunAsync(batch.Keys, batch).ConfigureAwait(false);
        }
        finally
        {
            foreach (var (_, path) in begun)
                _store.TempRoots.EndDeletion(path.Hash);
            await TakeAsync(aside, deleted.Removed).ConfigureAwait(false);
        }
        DeletedPaths += deleted.Names.Count;
        Tell([.. deleted.Names]);
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
        if (!_store.TempRoots.TryBeginDeletion(path.Hash))
            return;
        var aside = NewAside();
        RemovedFiles? removed = null;
        try
        {
            var delete = new DeleteLeftover(_store.Files, aside, _links, _store.Records, path);
            removed = await _store.Files.UnderLockAsync(delete.Key, delete).ConfigureAwait(false);
        }
        finally
        {
            _store.TempRoots.EndDeletion(path.Hash);
            await TakeAsync(aside, removed ?? default).ConfigureAwait(false);
        }
        if (removed is not null)
            Count(path.ToString());
    }

    /// <summary>A directory that another process has locked is in use.</summary>
    private async Task DeleteForeignAsync(byte[] name)
    {
        var directory = Syscalls.Open(_store.Files.StoreDirectory, name, Syscalls.ReadOnly | Syscalls.Directory);
        try
        {
            if (directory >= 0 && !FileLock.TryExclusive(directory, Show(name)))
                return;
            var aside = NewAside();
            var inPlace = new TreeRemoval(_store.Files, _store.Files.StoreDirectory, _links);
            var wasThere = await MoveAside.RunAsync(_store.Files, aside, inPlace, name, name).ConfigureAwait(false);
            await inPlace.CompleteAsync().ConfigureAwait(false);
            await TakeAsync(aside, inPlace.Removed).ConfigureAwait(false);
            if (wasThere)
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
        Tell([leftover]);
    }

    /// <summary>With a limit, what was moved aside has to be counted before more may go.</summary>
    private async Task CountAsync()
    {
        if (_maxFreedBytes is not null)
            await _trash.DrainAsync().ConfigureAwait(false);
    }

    /// <summary>Where files are moved before they are removed; null where the disk has no inode left for it: then they are removed in place.</summary>
    private Stage? NewAside()
    {
        try
        {
            return _store.Files.NewStage();
        }
        catch (StoreException.NoSpace)
        {
            return null;
        }
    }

    private async Task TakeAsync(Stage? aside, RemovedFiles removed)
    {
        _trash.Count(removed);
        if (aside is not null)
            await _trash.AddAsync(aside).ConfigureAwait(false);
    }

    private void Tell(ImmutableArray<string> names) =>
        _progress?.Report(new CollectProgress.Deleted(names, _done, _total, Removed.FreedBytes));

    private static string Show(byte[] name) => Hashing.ByteString.FromBytes(name).ToString();
}
