using Farm.Store.Paths;

namespace Farm.Store.Collecting;

/// <summary>One valid path, as small as it can be: there may be a million.</summary>
/// <param name="Row">Its number in the database, never used again for another path.</param>
/// <param name="Hash">Its hash part.</param>
/// <param name="NameKey">Tells its name from that of a leftover with the same hash part; see <see cref="Collecting.NameKey"/>.</param>
/// <param name="RegisteredSeconds">Unix time of its registration.</param>
/// <param name="NarSizeBytes">Size of its archive, which its files cannot exceed; 0 where it is not known.</param>
public readonly record struct GraphNode(
    long Row,
    StorePathHash Hash,
    uint NameKey,
    long RegisteredSeconds,
    long NarSizeBytes
);
