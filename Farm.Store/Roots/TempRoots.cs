using System.Collections.Immutable;
using System.Globalization;
using Farm.Store.Local;
using Farm.Store.Paths;

namespace Farm.Store.Roots;

/// <summary>The paths that this process needs for now: no collector deletes them, its own or another process's.</summary>
/// <remarks>Counted by hash part, as Nix does, so that what stands beside a path under its hash is kept with it. Differences from Nix:
/// a path is let go when its last holder does, not when the process ends; and a record is written before a running collector is
/// told, so that the next collector finds it too.</remarks>
public sealed class TempRoots : IDisposable
{
    private const int ShrinkAboveBytes = 64 * 1024;
    private static readonly TimeSpan s_retryAfter = TimeSpan.FromMilliseconds(100); // Nix's.

    private readonly StoreLayout _layout;
    private readonly Lock _gate = new();
    private readonly Dictionary<StorePathHash, Entry> _held = [];
    private readonly Dictionary<StorePathHash, TaskCompletionSource> _deletions = [];
    private readonly GcLock _gcLock;
    private TempRootsFile? _file;

    internal TempRoots(StoreLayout layout) => (_layout, _gcLock) = (layout, new GcLock(layout));

    /// <param name="path">One of those that are held under the hash.</param>
    private sealed class Entry(StorePath path)
    {
        public StorePath Path { get; } = path;
        public int Count { get; set; }

        /// <summary>Ends when other processes' collectors know of it; null while it is not even in the file.</summary>
        public Task? Published { get; set; }
    }

    /// <summary>Holds paths, valid or not. Returns once no collector will delete one of them, or what they refer to once they are valid;
    /// one that is being deleted is waited for, and is gone then. So look a path up after holding it, not before.</summary>
    /// <exception cref="StoreException.NoSpace">There is no room for a record of it.</exception>
    public Task<StoreHold> HoldAsync(IReadOnlyCollection<StorePath> paths, CancellationToken ct) =>
        HoldAsync(paths, isPublic: true, ct);

    /// <summary>Holds a path against this process's own collector alone: for a short use, or for another process whose own file
    /// has it.</summary>
    internal Task<StoreHold> HoldHereAsync(StorePath path, CancellationToken ct) =>
        HoldAsync([path], isPublic: false, ct);

    /// <summary>Hash parts that are held now, or were at any time since the collector that runs took its turn.</summary>
    internal ImmutableHashSet<StorePathHash> Held()
    {
        lock (_gate)
            return [.. _held.Keys];
    }

    /// <summary>Asks for leave to delete what has this hash part: false where it is held, or being deleted by another. Whoever holds it
    /// from now on waits for <see cref="EndDeletion"/>.</summary>
    internal bool TryBeginDeletion(StorePathHash hash)
    {
        lock (_gate)
        {
            return !_held.ContainsKey(hash)
                && _deletions.TryAdd(hash, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }
    }

    /// <summary>Ends a deletion, done or not.</summary>
    internal void EndDeletion(StorePathHash hash)
    {
        TaskCompletionSource? ended;
        lock (_gate)
            _deletions.Remove(hash, out ended);
        ended?.SetResult();
    }

    /// <summary>Takes Nix's lock for this process's collector; false where another collector has it.</summary>
    internal bool TryTakeGcLock()
    {
        lock (_gate)
            return _gcLock.TryTake();
    }

    internal void ReleaseGcLock()
    {
        lock (_gate)
        {
            _gcLock.Release();
            foreach (var (hash, entry) in _held)
            {
                if (entry.Count == 0)
                    _held.Remove(hash);
            }
        }
    }

    /// <summary>What is held, as roots of this process.</summary>
    internal ImmutableArray<GcRoot> AsRoots()
    {
        var reason = string.Create(CultureInfo.InvariantCulture, $"{{temp:{Environment.ProcessId}}}");
        lock (_gate)
            return [.. _held.Values.Select(entry => new GcRoot(entry.Path, reason, RootKind.Temporary))];
    }

    /// <summary>While a collector runs, its search for roots may have passed by where a holder has put a root since: then what is let
    /// go stays until the collector is done.</summary>
    internal void Release(ImmutableArray<StorePath> paths)
    {
        lock (_gate)
        {
            foreach (var path in paths)
            {
                if (--_held[path.Hash].Count == 0 && !_gcLock.IsOurs)
                    _held.Remove(path.Hash);
            }
            if (_held.Count == 0)
                _file?.Clear();
        }
    }

    /// <summary>Removes the process's file. What is held then is held no more.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _file?.Dispose();
            _file = null;
            _gcLock.Dispose();
        }
    }

    private async Task<StoreHold> HoldAsync(IReadOnlyCollection<StorePath> paths, bool isPublic, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var (hold, waits) = Begin([.. paths.DistinctBy(path => path.Hash)], isPublic);
        try
        {
            await Task.WhenAll(waits).WaitAsync(ct).ConfigureAwait(false);
            return hold;
        }
        catch
        {
            await hold.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Counts the paths at once, so that no deletion of them begins; answers what remains to be waited for.</summary>
    private (StoreHold Hold, List<Task> Waits) Begin(ImmutableArray<StorePath> paths, bool isPublic)
    {
        var waits = new List<Task>();
        var unpublished = new List<Entry>();
        lock (_gate)
        {
            foreach (var path in paths)
            {
                if (!_held.TryGetValue(path.Hash, out var entry))
                    _held.Add(path.Hash, entry = new(path));
                entry.Count++;
                if (_deletions.TryGetValue(path.Hash, out var deletion))
                    waits.Add(deletion.Task);
                if (!isPublic)
                    continue;
                if (entry.Published is null or { IsFaulted: true } or { IsCanceled: true })
                    unpublished.Add(entry);
                else if (!entry.Published.IsCompletedSuccessfully)
                    waits.Add(entry.Published);
            }
            var hold = new StoreHold(this, paths);
            if (unpublished.Count > 0)
                waits.Add(Publish(unpublished));
            return (hold, waits);
        }
    }

    /// <summary>Under the gate. A failure is the task's, not thrown.</summary>
    private Task Publish(List<Entry> entries)
    {
        var published = PublishAsync([.. entries.Select(entry => entry.Path)]);
        foreach (var entry in entries)
            entry.Published = published;
        return published;
    }

    /// <summary>Runs under the gate until it first waits, which it only does where another process collects.</summary>
    private async Task PublishAsync(ImmutableArray<StorePath> paths)
    {
        if (TryWrite(paths, isWritten: false))
            return;
        while (!await GcSocketClient.TryTellAsync(_layout, paths, CancellationToken.None).ConfigureAwait(false))
        {
            await Task.Delay(s_retryAfter).ConfigureAwait(false);
            if (TryWrite(paths, isWritten: true))
                return;
        }
    }

    /// <summary>Writes the records. Answers whether no other process's collector runs that might have read the file before.</summary>
    private bool TryWrite(ImmutableArray<StorePath> paths, bool isWritten)
    {
        lock (_gate)
        {
            var isAlone = _gcLock.TryEnter();
            try
            {
                if (!isWritten)
                    Write(paths, isAlone);
                return isAlone;
            }
            finally
            {
                if (isAlone)
                    _gcLock.Leave();
            }
        }
    }

    private void Write(ImmutableArray<StorePath> paths, bool isAlone)
    {
        var isNew = _file is not { IsThere: true };
        if (isNew)
        {
            _file?.Dispose();
            _file = null;
            _file = TempRootsFile.Create(_layout);
        }
        var isLoose = _file!.SizeBytes > ShrinkAboveBytes && _file.Records > 2 * _held.Count;
        if (isAlone && isLoose)
            _file.Replace(Recorded(paths));
        else
            _file.Append(isNew ? Recorded(paths) : paths);
    }

    /// <summary>What is to be in the file: what was written and is still held, and these.</summary>
    private List<StorePath> Recorded(ImmutableArray<StorePath> paths) =>
        [.. _held.Values.Where(entry => entry.Published is { IsFaulted: false }).Select(entry => entry.Path), .. paths];
}
