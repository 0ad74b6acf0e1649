namespace Farm.Store.Local;

/// <summary>What sharing of equal files has come to since the store was opened. Each figure only grows.</summary>
public sealed class LinkCounters
{
    private long _added;
    private long _replaced;
    private long _savedBytes;
    private long _kept;
    private long _corrupt;

    /// <summary>Files that were the first with their content.</summary>
    public long Added => Interlocked.Read(ref _added);

    /// <summary>Files that were replaced by a link to an equal one.</summary>
    public long Replaced => Interlocked.Read(ref _replaced);

    /// <summary>Size of those that were replaced.</summary>
    public long SavedBytes => Interlocked.Read(ref _savedBytes);

    /// <summary>Files kept as copies because the file system refused a link: directory full, too many links, no permission.</summary>
    public long KeptCopies => Interlocked.Read(ref _kept);

    /// <summary>Links of the wrong size, which were removed.</summary>
    public long CorruptLinks => Interlocked.Read(ref _corrupt);

    internal void CountAdded() => Interlocked.Increment(ref _added);

    internal void CountReplaced(long bytes)
    {
        Interlocked.Increment(ref _replaced);
        Interlocked.Add(ref _savedBytes, bytes);
    }

    internal void CountKept() => Interlocked.Increment(ref _kept);

    internal void CountCorrupt() => Interlocked.Increment(ref _corrupt);
}
