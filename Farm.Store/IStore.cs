using System.Collections.Immutable;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Store;

/// <summary>A set of valid store objects, their metadata and contents.</summary>
/// <remarks>
/// Closure invariant: the references of a valid path are valid. A failed look-up throws; null and absence from a set always
/// mean that the path is not valid here.
/// </remarks>
public interface IStore
{
    /// <summary>The logical store directory, such as <c>/nix/store</c>.</summary>
    StoreDir StoreDir { get; }

    /// <summary>What the store knows of a path; null where it is not valid.</summary>
    Task<PathInfo?> QueryAsync(StorePath path, CancellationToken ct);

    /// <summary>The valid path with this hash part; null where there is none.</summary>
    Task<StorePath?> QueryPathFromHashPartAsync(StorePathHash hash, CancellationToken ct);

    /// <summary>Those of the paths that are valid.</summary>
    Task<ImmutableSortedSet<StorePath>> ValidAsync(IReadOnlyCollection<StorePath> paths, CancellationToken ct);

    /// <summary>Writes the NAR of a valid path; exactly <see cref="PathInfo.NarSizeBytes"/> bytes.</summary>
    /// <exception cref="StoreException.InvalidPath">The path is not valid.</exception>
    Task DumpNarAsync(StorePath path, Stream destination, CancellationToken ct);

    /// <summary>Adds a path from its NAR; nothing remains of it when it is refused. Reads no further than the NAR's end.</summary>
    /// <returns>What is then known of the path, also where it was valid before; the NAR is not read then.</returns>
    /// <exception cref="StoreException.HashMismatch">The contents are not those that were announced.</exception>
    /// <exception cref="StoreException.MissingReference">A reference is not valid in this store.</exception>
    /// <exception cref="NixFormatException">The stream is no NAR.</exception>
    Task<PathInfo> AddFromNarAsync(PathInfo expected, Stream nar, CancellationToken ct);
}
