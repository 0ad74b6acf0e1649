using Farm.Store.Local;
using Farm.Store.Native;

namespace Farm.Store.Collector;

/// <summary>Removes what was moved aside, without any path's lock and beside what goes on.</summary>
internal sealed class TrashRemoval
{
    private readonly int _mostUnderWay = Environment.ProcessorCount * 2;
    private readonly Queue<Task> _underWay = new();
    private long _freed;

    /// <summary>Bytes freed so far.</summary>
    public long FreedBytes => Interlocked.Read(ref _freed);

    public void CountFreed(long bytes) => Interlocked.Add(ref _freed, bytes);

    /// <summary>Takes a directory to remove it with what is in it; waits while too many are under way.</summary>
    public async Task AddAsync(Stage aside)
    {
        _underWay.Enqueue(Task.Run(() => RemoveAsync(aside)));
        if (_underWay.Count > _mostUnderWay)
            await _underWay.Dequeue().ConfigureAwait(false);
    }

    /// <summary>Waits for all of them. Each has ended then, also where one failed.</summary>
    public async Task DrainAsync()
    {
        await Task.WhenAll(_underWay).ConfigureAwait(false);
        _underWay.Clear();
    }

    private async Task RemoveAsync(Stage aside)
    {
        await using var removed = aside.ConfigureAwait(false);
        var entries = new DirectoryEntries();
        entries.Read(aside.Directory, aside.ObjectPath);
        for (var i = 0; i < entries.Count; i++)
            CountFreed(
                await TreeRemover
                    .RemoveAsync(aside.Files, aside.Directory, entries.Name(i).ToArray())
                    .ConfigureAwait(false)
            );
    }
}
