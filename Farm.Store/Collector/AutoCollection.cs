namespace Farm.Store.Collector;

/// <summary>What happens to a collection that began by itself.</summary>
public abstract record AutoCollection
{
    private AutoCollection() { }

    /// <summary>It begins.</summary>
    /// <param name="FreeBytes">So few are free; null where the disk was found full.</param>
    /// <param name="WantedBytes">So many it is to free at most.</param>
    public sealed record Begun(long? FreeBytes, long WantedBytes) : AutoCollection;

    /// <summary>It has ended.</summary>
    /// <param name="Report">What it came to.</param>
    /// <param name="FreeBytes">So many are free now.</param>
    public sealed record Ended(CollectReport Report, long FreeBytes) : AutoCollection;

    /// <summary>It has failed; the next look at the free space may begin another.</summary>
    public sealed record Failed(StoreException Cause) : AutoCollection;
}
