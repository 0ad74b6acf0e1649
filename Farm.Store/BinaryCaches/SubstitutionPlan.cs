using System.Collections.Immutable;
using Farm.Store.Paths;

namespace Farm.Store.BinaryCaches;

/// <summary>What is to be fetched to have paths in a store, with all they refer to.</summary>
/// <param name="ToFetch">Paths whose references are valid, or come before them.</param>
/// <param name="Unavailable">Paths that cannot be had, each with the reason as half a sentence; those who refer to one are among them.</param>
/// <param name="Unasked">Those of them that a cache may have that could not be asked.</param>
public sealed record SubstitutionPlan(
    ImmutableArray<Substitutable> ToFetch,
    ImmutableSortedDictionary<StorePath, string> Unavailable,
    ImmutableHashSet<StorePath> Unasked
)
{
    /// <summary>Compressed, as far as the caches say.</summary>
    public long DownloadBytes => Sum(one => one.NarInfo.FileSizeBytes ?? one.NarInfo.Info.NarSizeBytes);

    public long NarBytes => Sum(one => one.NarInfo.Info.NarSizeBytes);

    // Caches may say any size.
    private long Sum(Func<Substitutable, long> size) =>
        (long)ToFetch.Aggregate(Int128.Zero, (sum, one) => Int128.Min(sum + size(one), long.MaxValue));
}
