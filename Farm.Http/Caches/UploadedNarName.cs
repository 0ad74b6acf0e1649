using Farm.Store.Compressing;
using Farm.Store.Hashing;

namespace Farm.Http.Caches;

/// <summary>The name that a client gives to an archive that it uploads.</summary>
/// <remarks>Shape: <c>&lt;SHA-256 of the file in nix32&gt;.nar</c>, and the extension of its compression. Source: Nix's
/// <c>BinaryCacheStore::addToStoreCommon</c>.</remarks>
public readonly record struct UploadedNarName
{
    private const string Suffix = ".nar";
    private static readonly int s_hashLength = NixBase32.EncodedLength(Sha256Digest.SizeBytes);

    private readonly string? _text;

    private UploadedNarName(Sha256Digest fileHash, string text) => (FileHash, _text) = (fileHash, text);

    /// <summary>Of the file as it is sent.</summary>
    public Sha256Digest FileHash { get; }

    public static bool TryParse(string text, out UploadedNarName name)
    {
        name = default;
        if (text.Length < s_hashLength + Suffix.Length)
            return false;
        Span<byte> hash = stackalloc byte[Sha256Digest.SizeBytes];
        var rest = text.AsSpan(s_hashLength);
        if (
            !NixBase32.TryDecode(text.AsSpan(0, s_hashLength), hash)
            || !rest.StartsWith(Suffix)
            || !IsExtension(rest[Suffix.Length..])
        )
            return false;
        name = new(Sha256Digest.FromBytes(hash), text);
        return true;
    }

    public override string ToString() =>
        _text ?? throw new InvalidOperationException("default(UploadedNarName) is no name of an archive.");

    private static bool IsExtension(ReadOnlySpan<char> text)
    {
        foreach (var compression in NarCompression.All)
        {
            if (text.SequenceEqual(compression.Extension))
                return true;
        }
        return false;
    }
}
