using Farm.Store.Locking;

namespace Farm.Store.Local;

/// <summary>The files of one tree on their way to the link locks: many at once, so that no one waits for a single hand-over.</summary>
internal sealed class LinkQueue(Stage stage, bool sharesFiles)
{
    /// <summary>Each may have a file open.</summary>
    private const int MostUnderWay = 128;

    private readonly Queue<Task> _underWay = new();

    /// <summary>Whether the tree's files go to the locks at all.</summary>
    public bool IsOn => sharesFiles && stage.Files.Optimise;

    /// <summary>Starts on a file that nobody writes to any more. It is closed, where it is open, before others can use what it shares:
    /// a program that is open for writing could not be run.</summary>
    public void Start(LinkCandidate file) => _underWay.Enqueue(LinkAsync(file));

    /// <summary>Waits while too many are under way.</summary>
    public async ValueTask ThrottleAsync()
    {
        while (_underWay.Count > MostUnderWay)
            await _underWay.Dequeue().ConfigureAwait(false);
    }

    /// <summary>Waits for all. Each has ended then, also where one failed.</summary>
    public async Task DrainAsync()
    {
        await Task.WhenAll(_underWay).ConfigureAwait(false);
        _underWay.Clear();
    }

    /// <summary>Shares one file.</summary>
    /// <exception cref="StoreException.ChangedMeanwhile">It is not what was hashed any more.</exception>
    public async Task LinkAsync(LinkCandidate file)
    {
        var key = new PathLockKey.Link(file.Hash);
        var link = new LinkAndClose(stage, file);
        var outcome = await stage.Files.UnderLockAsync(key, link).ConfigureAwait(false);
        if (outcome is LinkOutcome.Kept { Reason: KeptReason.Changed })
            throw new StoreException.ChangedMeanwhile(file.Shown);
    }
}
