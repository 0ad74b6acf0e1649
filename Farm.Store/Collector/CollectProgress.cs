using System.Collections.Immutable;

namespace Farm.Store.Collector;

/// <summary>How far a collection is.</summary>
public abstract record CollectProgress
{
    private CollectProgress() { }

    /// <summary>It looks for roots, or waits for another collector.</summary>
    public sealed record Searching : CollectProgress;

    /// <summary>It knows what is dead.</summary>
    public sealed record Found(long LivePaths, long DeadPaths) : CollectProgress;

    /// <summary>Paths or leftovers are out of the store.</summary>
    /// <param name="Names">Base names.</param>
    /// <param name="Done">How many are looked at so far.</param>
    /// <param name="Total">How many there are.</param>
    /// <param name="FreedBytes">So far.</param>
    public sealed record Deleted(ImmutableArray<string> Names, long Done, long Total, long FreedBytes)
        : CollectProgress;

    /// <summary>It looks for links that nothing shares any more.</summary>
    public sealed record Sweeping(long Done, long Total) : CollectProgress;
}
