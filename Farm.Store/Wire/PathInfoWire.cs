using Farm.Store.Hashing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Store.Wire;

/// <summary>What is known of a path, in the worker protocol.</summary>
/// <remarks>Shape: deriver, NAR hash in base 16 without its algorithm, references, registration time, NAR size; from 1.16 on whether
/// it was built there, signatures, content address. A hash is read in any encoding.</remarks>
public static class PathInfoWire
{
    /// <summary>The newest layout, which some operations use whatever the version.</summary>
    public static ProtocolTerms Newest(StoreDir storeDir) => new(storeDir, new ProtocolVersion(1, 16));

    /// <summary>A path and what is known of it.</summary>
    /// <exception cref="NixFormatException">It breaks a rule of the format.</exception>
    public static async ValueTask<PathInfo> ReadPathInfoAsync(
        this WireReader reader,
        ProtocolTerms terms,
        CancellationToken ct
    )
    {
        var path = await reader.ReadPathAsync(terms.StoreDir, ct).ConfigureAwait(false);
        return await reader.ReadPathInfoAsync(terms, path, ct).ConfigureAwait(false);
    }

    /// <summary>What is known of a path that has been read before.</summary>
    /// <exception cref="NixFormatException">It breaks a rule of the format.</exception>
    public static async ValueTask<PathInfo> ReadPathInfoAsync(
        this WireReader reader,
        ProtocolTerms terms,
        StorePath path,
        CancellationToken ct
    )
    {
        var deriver = await reader.ReadOptionalPathAsync(terms.StoreDir, ct).ConfigureAwait(false);
        var hash = await reader.ReadTextAsync(ct).ConfigureAwait(false);
        var info = new PathInfo
        {
            Path = path,
            Deriver = deriver,
            NarHash = Hash.Parse(hash, HashAlgorithm.Sha256).ToSha256(),
            References = await reader.ReadPathsAsync(terms.StoreDir, ct).ConfigureAwait(false),
            RegistrationTime = await reader.ReadTimeAsync(ct).ConfigureAwait(false) ?? DateTimeOffset.UnixEpoch,
            NarSizeBytes = await reader.ReadSizeAsync("a NAR size", ct).ConfigureAwait(false),
        };
        if (!terms.IsAtLeast(16))
            return info;
        var isUltimate = await reader.ReadBoolAsync(ct).ConfigureAwait(false);
        var signatures = await reader.ReadTextsAsync(ct, SignatureText.MaxLength).ConfigureAwait(false);
        var address = await reader.ReadTextAsync(ct).ConfigureAwait(false);
        return info with
        {
            IsUltimate = isUltimate,
            Signatures = [.. signatures],
            ContentAddress = address.Length == 0 ? null : ContentAddress.Parse(address),
        };
    }

    /// <summary>The path, and what is known of it.</summary>
    public static void WritePathInfo(this WireWriter writer, ProtocolTerms terms, PathInfo info)
    {
        writer.WritePath(terms.StoreDir, info.Path);
        writer.WriteUnkeyedPathInfo(terms, info);
    }

    /// <summary>All but the path.</summary>
    public static void WriteUnkeyedPathInfo(this WireWriter writer, ProtocolTerms terms, PathInfo info)
    {
        writer.WriteOptionalPath(terms.StoreDir, info.Deriver);
        writer.WriteText(info.NarHash.ToBase16());
        writer.WritePaths(terms.StoreDir, info.References);
        writer.WriteTime(info.RegistrationTime);
        writer.WriteSize(info.NarSizeBytes);
        if (!terms.IsAtLeast(16))
            return;
        writer.WriteBool(info.IsUltimate);
        writer.WriteTexts(info.Signatures);
        writer.WriteText(info.ContentAddress?.ToString() ?? "");
    }
}
