using System.Collections.Immutable;
using Farm.Store.Paths;

namespace Farm.Daemon.Planning;

/// <summary>What it would take to have some paths.</summary>
/// <param name="ToBuild">Derivations.</param>
/// <param name="ToSubstitute">Paths that caches have.</param>
/// <param name="Unknown">Paths that are to be had from nowhere.</param>
/// <param name="DownloadBytes">What would be downloaded, as far as caches say.</param>
/// <param name="NarBytes">What that comes to, unpacked.</param>
internal sealed record MissingPaths(
    ImmutableSortedSet<StorePath> ToBuild,
    ImmutableSortedSet<StorePath> ToSubstitute,
    ImmutableSortedSet<StorePath> Unknown,
    long DownloadBytes,
    long NarBytes
);
