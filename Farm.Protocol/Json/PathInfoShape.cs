using System.Collections.Immutable;
using Farm.Store.Hashing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Protocol.Json;

/// <summary>The JSON shape of a <see cref="PathInfo"/>.</summary>
internal sealed record PathInfoShape(
    StorePath Path,
    Sha256Digest NarHash,
    long NarSize,
    ImmutableArray<StorePath> References,
    StorePath? Deriver,
    DateTimeOffset RegistrationTime,
    bool Ultimate,
    ImmutableArray<string> Signatures,
    ContentAddress? Ca
)
{
    public static PathInfoShape From(PathInfo info) =>
        new(
            info.Path,
            info.NarHash,
            info.NarSizeBytes,
            [.. info.References],
            info.Deriver,
            info.RegistrationTime,
            info.IsUltimate,
            [.. info.Signatures],
            info.ContentAddress
        );

    public PathInfo ToPathInfo() =>
        new()
        {
            Path = Path,
            NarHash = NarHash,
            NarSizeBytes = NarSize,
            References = [.. References],
            Deriver = Deriver,
            RegistrationTime = RegistrationTime,
            IsUltimate = Ultimate,
            Signatures = [.. Signatures],
            ContentAddress = Ca,
        };
}
