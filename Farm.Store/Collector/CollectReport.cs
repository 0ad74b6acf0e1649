using System.Collections.Immutable;
using Farm.Store.Paths;

namespace Farm.Store.Collector;

/// <summary>What a collector has done.</summary>
public sealed record CollectReport
{
    /// <summary>Valid paths that were deleted.</summary>
    public long DeletedPaths { get; init; }

    /// <summary>Names in the store directory that were no valid path and were deleted.</summary>
    public long DeletedLeftovers { get; init; }

    /// <summary>Bytes of the files deleted, as Nix counts them: those with one name, or a second one in <c>.links</c>.</summary>
    public long FreedBytes { get; init; }

    /// <summary>What became of <c>.links</c>; null where it was not swept.</summary>
    public SweepReport? Links { get; init; }

    /// <summary>The answer to a query; empty for a deletion.</summary>
    public ImmutableSortedSet<StorePath> Listed { get; init; } = [];
}
