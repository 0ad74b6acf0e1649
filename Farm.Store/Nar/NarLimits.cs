namespace Farm.Store.Nar;

/// <summary>What a NAR may hold at most. Source: the limits that current Nix has on reading.</summary>
public static class NarLimits
{
    /// <summary>Length of a keyword such as <c>contents</c>, in bytes.</summary>
    public const int KeywordBytes = 32;

    /// <summary>Length of a directory entry's name, in bytes.</summary>
    public const int NameBytes = 255;

    /// <summary>Length of a symlink's target, in bytes.</summary>
    public const int TargetBytes = 4095;

    /// <summary>The root is at depth 0; a node at this depth is refused.</summary>
    public const int Depth = 64;
}
