namespace Farm.Store.Local;

/// <summary>Whether registered files get the file system's immutable bit.</summary>
public enum ImmutableBit
{
    /// <summary>Never.</summary>
    Off,

    /// <summary>Always; a store where it cannot be set is not opened.</summary>
    On,

    /// <summary>Where the file system and the process's capabilities allow it, which is tried once at opening.</summary>
    Auto,
}
