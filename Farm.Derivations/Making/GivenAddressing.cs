using Farm.Store.Paths;

namespace Farm.Derivations.Making;

/// <summary>How outputs are addressed by content, as attributes say it.</summary>
internal abstract record GivenAddressing
{
    private GivenAddressing() { }

    /// <summary>The content of the only output is known.</summary>
    public sealed record Fixed(ContentAddress Address) : GivenAddressing;

    /// <summary>The content tells the paths once it is there.</summary>
    /// <param name="IsImpure">It may be another at each build.</param>
    public sealed record Floating(MethodAlgorithm How, bool IsImpure) : GivenAddressing;
}
