namespace Farm.Store.Wire;

/// <summary>How much is taken from a peer before it is refused.</summary>
public static class WireLimits
{
    /// <summary>Longest path, in bytes: a store directory, a base name and what is wanted of it.</summary>
    public const int MaxPathBytes = 64 * 1024;

    /// <summary>Longest name, hash, signature, setting or the like, in bytes.</summary>
    public const int MaxTextBytes = 1024 * 1024;

    /// <summary>Longest contents that come as one string, in bytes: a derivation, a variable of one.</summary>
    public const int MaxContentsBytes = 256 * 1024 * 1024;

    /// <summary>Most items of a list, a set or a map.</summary>
    public const int MaxItems = 4 * 1024 * 1024;
}
