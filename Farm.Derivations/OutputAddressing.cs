namespace Farm.Derivations;

/// <summary>What tells the paths of a derivation's outputs.</summary>
/// <remarks>A mode or algorithm that is null is not passed at all, and Nix's own choice holds.</remarks>
public abstract record OutputAddressing
{
    private OutputAddressing() { }

    /// <summary>All that goes into the build.</summary>
    public sealed record ByInputs : OutputAddressing;

    /// <summary>The content, which is known beforehand; the build may use the network.</summary>
    /// <param name="Hash">In SRI form, or prefixed or plain in base-16, nix32 or base-64; empty where it is not known yet.</param>
    /// <param name="Mode"><c>flat</c> for a single file's bytes, <c>recursive</c> for a tree.</param>
    /// <param name="Algorithm">Null or empty where the hash names it.</param>
    public sealed record Fixed(string Hash, string? Mode = null, string? Algorithm = null) : OutputAddressing;

    /// <summary>The content, when it has been built (experimental in Nix).</summary>
    public sealed record ByContent(string? Mode = null, string? Algorithm = null) : OutputAddressing;

    /// <summary>The content, which may be another at each build (experimental in Nix).</summary>
    public sealed record Impure(string? Mode = null, string? Algorithm = null) : OutputAddressing;

    internal void AddTo(AttributeSet attributes)
    {
        switch (this)
        {
            case ByInputs:
                break;
            case Fixed known:
                attributes.Add("outputHash", known.Hash);
                Add(attributes, known.Mode, known.Algorithm);
                break;
            case ByContent floating:
                attributes.Add("__contentAddressed", true);
                Add(attributes, floating.Mode, floating.Algorithm);
                break;
            case Impure impure:
                attributes.Add("__impure", true);
                Add(attributes, impure.Mode, impure.Algorithm);
                break;
            default:
                throw new System.Diagnostics.UnreachableException($"No case of addressing is {GetType()}.");
        }
    }

    private static void Add(AttributeSet attributes, string? mode, string? algorithm)
    {
        if (mode is not null)
            attributes.Add("outputHashMode", mode);
        if (algorithm is not null)
            attributes.Add("outputHashAlgo", algorithm);
    }
}
