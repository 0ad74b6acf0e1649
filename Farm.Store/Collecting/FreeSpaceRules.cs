namespace Farm.Store.Collecting;

/// <summary>When additions and builds begin a collection for want of space, and how much it is to free.</summary>
/// <param name="MinFreeBytes">Below so many free bytes; 0 is never.</param>
/// <param name="MaxFreeBytes">Until so many are free.</param>
/// <param name="LookInterval">How often free space is looked at.</param>
/// <remarks>Source: Nix's <c>LocalStore::autoGC</c>.</remarks>
public sealed record FreeSpaceRules(long MinFreeBytes, long MaxFreeBytes, TimeSpan LookInterval)
{
    /// <summary>A collection that did not help is not repeated before so much of what it left is used up.</summary>
    private const double WorthAnother = 0.97;

    /// <summary>Whether it is time to look at the free space.</summary>
    public bool IsTimeToLook(FreeSpaceState state, DateTimeOffset now) =>
        MinFreeBytes > 0 && !(now < state.LastLook + LookInterval);

    /// <summary>How many bytes a collection is to free; null where none is to begin.</summary>
    public long? BytesToFree(FreeSpaceState state, long freeBytes) =>
        freeBytes >= MinFreeBytes || freeBytes >= MaxFreeBytes || freeBytes > state.AfterCollection * WorthAnother
            ? null
            : MaxFreeBytes - freeBytes;
}
