namespace Farm.Benchmarks.Measuring;

/// <summary>Ways of doing the same work that take turns. Each of Farm's becomes a figure, with Nix's and the limit's beside it.</summary>
public sealed record Contest
{
    /// <summary>How often each runs and counts.</summary>
    public required int Rounds { get; init; }

    /// <summary>Farm's ways, each with the name of its figure.</summary>
    public required IReadOnlyList<(string What, Contender Way)> Farm { get; init; }

    /// <summary>Nix's way; left out where Nix is not installed.</summary>
    public Contender? Nix { get; init; }

    /// <summary>What nobody can do without: the bare hashing, or making the files.</summary>
    public Contender? Limit { get; init; }

    /// <summary>How many pieces one run does; the figure is then their rate. Null for times.</summary>
    public int? Pieces { get; init; }
}
