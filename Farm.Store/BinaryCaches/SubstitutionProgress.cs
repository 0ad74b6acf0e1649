using System.Collections.Immutable;
using Farm.Store.Paths;

namespace Farm.Store.BinaryCaches;

/// <summary>How fetching goes on. Told from several threads.</summary>
public abstract record SubstitutionProgress
{
    private SubstitutionProgress() { }

    /// <summary>It is known what is to be fetched, as caches have it with all that it refers to; again where a second cache must help out.</summary>
    public sealed record Planned(ImmutableArray<StorePath> Paths, long DownloadBytes, long NarBytes)
        : SubstitutionProgress;

    /// <summary>A path is being fetched.</summary>
    public sealed record Began(StorePath Path, string Cache) : SubstitutionProgress;

    /// <summary>So many more bytes of a path's archive are there.</summary>
    public sealed record Received(StorePath Path, long Bytes) : SubstitutionProgress;

    /// <summary>A path is valid in the store.</summary>
    public sealed record Added(StorePath Path) : SubstitutionProgress;

    /// <summary>No cache that answered has a path, and one that may have it could not be asked.</summary>
    /// <param name="Path">The path.</param>
    /// <param name="Reason">Half a sentence.</param>
    public sealed record NotAsked(StorePath Path, string Reason) : SubstitutionProgress;

    /// <summary>A cache did not give a path as it must be.</summary>
    /// <param name="Path">The path.</param>
    /// <param name="Cache">The cache.</param>
    /// <param name="Reason">A sentence.</param>
    public sealed record Refused(StorePath Path, string Cache, string Reason) : SubstitutionProgress;
}
