namespace Farm.Worker.Execution;

/// <summary>Work by key that is done once for all who want it at the same time, and cancelled when the last of them gives up.</summary>
public sealed class SharedWork<TKey>
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, Entry> _entries = [];

    /// <summary>Joins the work that is under way for a key, or begins it.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="ct"/> was cancelled; the work goes on if another waits for it.</exception>
    /// <param name="work">How to do it, when nobody does it already.</param>
    public async Task DoAsync(TKey key, Func<CancellationToken, Task> work, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var entry = Join(key, work);
        try
        {
            await entry.Task.WaitAsync(ct).ConfigureAwait(false);
        }
        finally
        {
            await LeaveAsync(key, entry).ConfigureAwait(false);
        }
    }

    private Entry Join(TKey key, Func<CancellationToken, Task> work)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out var entry))
            {
                entry = new Entry();
                var cancellation = entry.Cancellation.Token;
                // Not started under the lock of the caller: the work may itself want other keys.
                entry.Task = Task.Run(() => work(cancellation), CancellationToken.None);
                _entries.Add(key, entry);
            }

            entry.Waiting++;
            return entry;
        }
    }

    private async Task LeaveAsync(TKey key, Entry entry)
    {
        lock (_lock)
        {
            if (--entry.Waiting > 0)
                return;
            // The next who wants the key begins anew; this one is over or is being cancelled.
            _entries.Remove(key);
        }

        await entry.Cancellation.CancelAsync().ConfigureAwait(false);
        await entry
            .Task.ContinueWith(
                static _ => { },
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default
            )
            .ConfigureAwait(false);
        entry.Cancellation.Dispose();
    }

    private sealed class Entry
    {
        public CancellationTokenSource Cancellation { get; } = new();

        public Task Task { get; set; } = Task.CompletedTask;

        public int Waiting { get; set; }
    }
}
