using System.Collections.Immutable;
using Farm.Store.Database;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Store.Realisations;

namespace Farm.Store.Actors;

/// <summary>A change to a store's database. The answer is <see cref="OperationEnded"/>.</summary>
internal abstract record StoreWrite
{
    private StoreWrite() { }

    /// <summary>Makes all paths valid or none; the result is what is then recorded, in the same order.</summary>
    public sealed record Register(IReadOnlyList<Registration> Batch) : StoreWrite;

    /// <summary>Adds signatures to a valid path; the result is what is then recorded, or null where it is not valid.</summary>
    public sealed record AddSignatures(StorePath Path, ImmutableSortedSet<string> Signatures) : StoreWrite;

    /// <summary>Records hash and size of a path's files; the result tells whether it is valid.</summary>
    public sealed record SetContents(StorePath Path, Sha256Digest NarHash, long NarSizeBytes) : StoreWrite;

    /// <summary>Records what an output has come to; the result is what is then recorded.</summary>
    public sealed record RegisterRealisation(Realisation Realisation) : StoreWrite;

    /// <summary>The same, named by the path of the derivation.</summary>
    public sealed record RegisterBuildTrace(BuildTraceEntry Entry) : StoreWrite;

    /// <summary>Makes a path invalid; the result tells whether it was valid.</summary>
    public sealed record Invalidate(StorePath Path) : StoreWrite;

    /// <summary>Makes paths invalid, given by their rows, referrers first; the result tells of each whether it is not valid now.
    /// One that others refer to stays.</summary>
    public sealed record InvalidateUnused(IReadOnlyList<long> Rows) : StoreWrite;
}
