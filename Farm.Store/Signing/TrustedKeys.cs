using System.Collections.Frozen;
using System.Text;
using Farm.Store.Native;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Store.Signing;

/// <summary>The keys whose signatures count.</summary>
/// <remarks>A key is found by name; of two with one name the first counts. Source: Nix manual, <c>trusted-public-keys</c>; Nix's
/// <c>ValidPathInfo::checkSignatures</c>.</remarks>
public sealed class TrustedKeys
{
    private readonly FrozenDictionary<string, PublicKey> _byName;

    private TrustedKeys(FrozenDictionary<string, PublicKey> byName) => _byName = byName;

    /// <summary>Trust in nobody: only what is addressed by its content passes.</summary>
    public static TrustedKeys None { get; } = Of([]);

    public bool IsEmpty => _byName.Count == 0;

    /// <param name="keys">In order: configured ones before those of <c>secret-key-files</c>.</param>
    public static TrustedKeys Of(IEnumerable<PublicKey> keys)
    {
        var byName = new Dictionary<string, PublicKey>(StringComparer.Ordinal);
        foreach (var key in keys)
            byName.TryAdd(key.Name, key);
        return new(byName.ToFrozenDictionary(StringComparer.Ordinal));
    }

    /// <summary>Whether what is said of a path may be believed: it follows from its content, or a trusted key signed it.</summary>
    /// <remarks>That the content is what is said remains to be checked where it is read.</remarks>
    /// <exception cref="NixFormatException">A signature by a trusted key's name has not 64 bytes.</exception>
    public bool Verify(StoreDir storeDir, PathInfo info) =>
        info.IsContentAddressed(storeDir) || CountSignatures(storeDir, info) > 0;

    /// <summary>How many of the path's signatures are right and by a trusted key.</summary>
    /// <exception cref="NixFormatException">A signature by a trusted key's name has not 64 bytes.</exception>
    public int CountSignatures(StoreDir storeDir, PathInfo info)
    {
        if (info.NarSizeBytes <= 0 || info.Signatures.IsEmpty || IsEmpty)
            return 0;
        var fingerprint = Encoding.UTF8.GetBytes(Fingerprint.Of(storeDir, info));
        return info.Signatures.Count(signature => Verify(fingerprint, signature));
    }

    /// <summary>Whether the signature of a text is right and by a trusted key.</summary>
    /// <exception cref="NixFormatException">The key's name is trusted, and the signature has not 64 bytes.</exception>
    public bool Verify(ReadOnlySpan<byte> text, string signature)
    {
        var colon = signature.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || !_byName.TryGetValue(signature[..colon], out var key))
            return false;
        Span<byte> bytes = stackalloc byte[Ed25519.SignatureBytes];
        KeyText.Read(signature, bytes, "a signature");
        return key.Verify(text, bytes);
    }
}
