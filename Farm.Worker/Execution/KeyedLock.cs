namespace Farm.Worker.Execution;

/// <summary>Lets one at a time through for each key; those who wait go in the order in which they came.</summary>
internal sealed class KeyedLock<TKey>
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, Entry> _entries = [];

    /// <summary>Waits for the key; disposing what comes back lets the next one through.</summary>
    public async Task<IDisposable> EnterAsync(TKey key, CancellationToken ct)
    {
        Entry? entry;
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out entry))
                _entries.Add(key, entry = new Entry());
            entry.Users++;
        }

        try
        {
            await entry.Gate.WaitAsync(ct).ConfigureAwait(false);
            return new Held(this, key, entry);
        }
        catch
        {
            Leave(key, entry);
            throw;
        }
    }

    private void Leave(TKey key, Entry entry)
    {
        lock (_lock)
        {
            if (--entry.Users == 0)
                _entries.Remove(key);
        }
    }

    private sealed class Entry
    {
        public SemaphoreSlim Gate { get; } = new(1);

        public int Users { get; set; }
    }

    private sealed class Held(KeyedLock<TKey> owner, TKey key, Entry entry) : IDisposable
    {
        public void Dispose()
        {
            entry.Gate.Release();
            owner.Leave(key, entry);
        }
    }
}
