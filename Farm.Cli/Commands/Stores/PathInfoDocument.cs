using System.Collections.Immutable;
using Farm.Store.Hashing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Cli.Commands.Stores;

/// <summary>What is recorded of a store path, as JSON.</summary>
/// <remarks>Names and forms are those of <c>nix path-info --json</c>.</remarks>
/// <param name="Path">Full path.</param>
/// <param name="NarHash">SHA-256 of the NAR, in SRI form.</param>
/// <param name="NarSize">Its length in bytes.</param>
/// <param name="References">Full paths.</param>
/// <param name="Deriver">Full path; null where that is not known.</param>
/// <param name="RegistrationTime">Seconds since 1970.</param>
/// <param name="Ultimate">Whether this store built it.</param>
/// <param name="Signatures">Texts <c>name:base64</c>.</param>
/// <param name="Ca">The content address; null where there is none.</param>
/// <param name="ClosureSize">Length of it and of all that it refers to, in bytes; null where that is not asked for.</param>
public sealed record PathInfoDocument(
    string Path,
    string NarHash,
    long NarSize,
    ImmutableArray<string> References,
    string? Deriver,
    long RegistrationTime,
    bool Ultimate,
    ImmutableArray<string> Signatures,
    string? Ca,
    long? ClosureSize = null
)
{
    public static PathInfoDocument Of(StoreDir storeDir, PathInfo info, long? closureSize = null) =>
        new(
            storeDir.Print(info.Path),
            info.NarHash.Print(HashFormat.Sri),
            info.NarSizeBytes,
            [.. info.References.Select(storeDir.Print)],
            info.Deriver is { } deriver ? storeDir.Print(deriver) : null,
            info.RegistrationTime.ToUnixTimeSeconds(),
            info.IsUltimate,
            [.. info.Signatures],
            info.ContentAddress?.ToString(),
            closureSize
        );
}
