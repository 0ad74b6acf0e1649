using System.Collections.Immutable;

namespace Farm.Store.Local;

/// <summary>What sharing of equal files has come to since the store was opened. Each figure only grows.</summary>
public sealed class LinkCounters
{
    private readonly long[] _kept = new long[Enum.GetValues<KeptReason>().Length];
    private long _added;
    private long _replaced;
    private long _savedBytes;
    private long _corrupt;
    private long _verified;

    /// <summary>Files that were the first with their content.</summary>
    public long Added => Interlocked.Read(ref _added);

    /// <summary>Files that were replaced by a link to an equal one.</summary>
    public long Replaced => Interlocked.Read(ref _replaced);

    /// <summary>Size of those that were replaced.</summary>
    public long SavedBytes => Interlocked.Read(ref _savedBytes);

    /// <summary>Files kept as copies, because the file system refused a link or because they were changed.</summary>
    public long KeptCopies => Kept.Values.Sum();

    /// <summary>The same by reason; without those reasons that there were not.</summary>
    public ImmutableSortedDictionary<KeptReason, long> Kept =>
        Enum.GetValues<KeptReason>()
            .Select(reason => KeyValuePair.Create(reason, Interlocked.Read(ref _kept[(int)reason])))
            .Where(kept => kept.Value > 0)
            .ToImmutableSortedDictionary();

    /// <summary>Links whose content was not what their name says, which were removed.</summary>
    public long CorruptLinks => Interlocked.Read(ref _corrupt);

    /// <summary>Links that were read before something was replaced by them, because this process did not know them.</summary>
    public long VerifiedLinks => Interlocked.Read(ref _verified);

    internal void Count(LinkOutcome outcome)
    {
        switch (outcome)
        {
            case LinkOutcome.Added:
                Interlocked.Increment(ref _added);
                break;
            case LinkOutcome.Replaced replaced:
                Interlocked.Increment(ref _replaced);
                Interlocked.Add(ref _savedBytes, replaced.SavedBytes);
                break;
            case LinkOutcome.Kept kept:
                Interlocked.Increment(ref _kept[(int)kept.Reason]);
                break;
        }
    }

    internal void CountCorrupt() => Interlocked.Increment(ref _corrupt);

    internal void CountVerified() => Interlocked.Increment(ref _verified);
}
