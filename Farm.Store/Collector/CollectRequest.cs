using Farm.Store.Paths;

namespace Farm.Store.Collector;

/// <summary>What a collector is to do.</summary>
public abstract record CollectRequest
{
    private CollectRequest() { }

    /// <summary>Deletes what is dead.</summary>
    /// <param name="MaxFreedBytes">Ends once more than so many bytes are freed; 0 deletes nothing; null is no limit.</param>
    /// <param name="Before">Only what was registered before this moment; null is no limit.</param>
    public sealed record Collect(long? MaxFreedBytes = null, DateTimeOffset? Before = null) : CollectRequest;

    /// <summary>Deletes these paths, or none of them where one is alive. They may refer to one another.</summary>
    /// <param name="Paths">Valid, or leftovers of the name.</param>
    /// <param name="IgnoresLiveness">Whether paths go that processes use or that the keep rules keep. Links that are roots, holds and
    /// referrers always keep a path.</param>
    public sealed record DeletePaths(IReadOnlyCollection<StorePath> Paths, bool IgnoresLiveness = false)
        : CollectRequest;

    /// <summary>Lists what <see cref="Collect"/> would delete.</summary>
    /// <param name="Before">As there.</param>
    public sealed record QueryDead(DateTimeOffset? Before = null) : CollectRequest;

    /// <summary>Lists what is alive.</summary>
    public sealed record QueryLive : CollectRequest;
}
