using System.Collections.Frozen;
using Farm.Store.Hashing;

namespace Farm.Store.PathInfos;

/// <summary>What a binary cache says of one store object: its info, and where and how its NAR is kept.</summary>
/// <remarks>Source: Nix manual, "Binary cache"; Nix's <c>libstore/nar-info.cc</c>.</remarks>
public sealed record NarInfo
{
    /// <summary>What a narinfo without a compression means.</summary>
    public const string DefaultCompression = "bzip2";

    /// <summary>Every compression that Nix knows by name.</summary>
    public static FrozenSet<string> Compressions { get; } =
        FrozenSet.ToFrozenSet(
            ["none", "br", "bzip2", "compress", "grzip", "gzip", "lrzip", "lz4", "lzip", "lzma", "lzop", "xz", "zstd"],
            StringComparer.Ordinal
        );

    /// <summary>The store object. Registration time and "ultimate" are not in a narinfo.</summary>
    public required PathInfo Info { get; init; }

    /// <summary>Where the NAR is: relative to the cache, or absolute; never empty.</summary>
    public required string Url { get; init; }

    /// <summary>One of <see cref="Compressions"/>.</summary>
    public required string Compression { get; init; }

    /// <summary>Hash of the compressed file; null where it is not known.</summary>
    public Hash? FileHash { get; init; }

    /// <summary>Size of the compressed file in bytes; null where it is not known.</summary>
    public long? FileSizeBytes { get; init; }
}
