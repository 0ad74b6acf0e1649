namespace Farm.Store.Collecting;

/// <summary>What is remembered between two looks at the free space.</summary>
/// <param name="LastLook">When it was looked at, or a collection for its sake ended; null where never.</param>
/// <param name="AfterCollection">Free bytes after the last such collection.</param>
public sealed record FreeSpaceState(DateTimeOffset? LastLook, long AfterCollection)
{
    /// <summary>Of a store that has just been opened.</summary>
    public static FreeSpaceState Initial { get; } = new(LastLook: null, long.MaxValue);
}
