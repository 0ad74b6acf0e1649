using Farm.Store.Integrity;
using Farm.Store.Local;
using Farm.Store.Native;

namespace Farm.Store.Collector;

/// <summary>Removes what was moved aside, without any path's lock and beside what goes on.</summary>
/// <param name="links">What is in <c>.links</c>, as far as it is to go with the trash.</param>
internal sealed class TrashRemoval(LinkIndex? links)
{
    private readonly int _mostUnderWay = Environment.ProcessorCount * 2;
    private readonly Queue<Task> _underWay = new();
    private readonly Lock _gate = new();
    private RemovedFiles _removed;

    /// <summary>What is removed so far.</summary>
    public RemovedFiles Removed
    {
        get
        {
            lock (_gate)
                return _removed;
        }
    }

    public void Count(RemovedFiles removed)
    {
        lock (_gate)
            _removed += removed;
    }

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
        var removal = new TreeRemoval(aside.Files, aside.Directory, links);
        for (var i = 0; i < entries.Count; i++)
            await removal.AddAsync(entries.Name(i).ToArray()).ConfigureAwait(false);
        await removal.CompleteAsync().ConfigureAwait(false);
        Count(removal.Removed);
    }
}
