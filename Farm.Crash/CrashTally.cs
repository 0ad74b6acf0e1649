using System.Collections.Immutable;

namespace Farm.Crash;

/// <summary>What a crash loop has come to.</summary>
public sealed record CrashTally
{
    /// <summary>Owners that were killed.</summary>
    public int Kills { get; init; }

    /// <summary>What they were at then, and how often; an owner is at several things.</summary>
    public ImmutableSortedDictionary<string, int> UnderWay { get; init; } =
        ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);

    /// <summary>Unfinished objects that they left, and that were removed.</summary>
    public int Leftovers { get; init; }

    /// <summary>Immutable bits that were lifted when they were killed, and were set again.</summary>
    public int BitsSet { get; init; }

    /// <summary>Times that the whole store was looked at, and nothing was wrong.</summary>
    public int Checks { get; init; }

    /// <summary>Valid paths that were read then.</summary>
    public int PathsRead { get; init; }

    /// <summary>Roots that then led to valid paths.</summary>
    public int RootsFollowed { get; init; }

    /// <summary>Paths that were damaged on purpose.</summary>
    public int Damaged { get; init; }

    /// <summary>Objects of no valid path that the collection at the end has removed.</summary>
    public long Collected { get; init; }
}
