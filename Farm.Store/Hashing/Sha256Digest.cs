using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Farm.Store.Hashing;

/// <summary>32 bytes of SHA-256: the hash of every NAR, derivation and fingerprint.</summary>
/// <remarks>Ordered by bytes from left to right. The default value is the digest of 32 zero bytes, which Nix uses for "not known yet".</remarks>
public readonly record struct Sha256Digest : IComparable<Sha256Digest>
{
    /// <summary>Size in bytes.</summary>
    public const int SizeBytes = 32;

    // Big-endian words, so that comparing the words compares the bytes.
    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    private Sha256Digest(ulong a, ulong b, ulong c, ulong d) => (_a, _b, _c, _d) = (a, b, c, d);

    /// <summary>32 zero bytes.</summary>
    public static Sha256Digest Zero => default;

    /// <summary>Takes exactly 32 bytes.</summary>
    /// <exception cref="ArgumentException">The length is another.</exception>
    public static Sha256Digest FromBytes(ReadOnlySpan<byte> bytes) =>
        bytes.Length == SizeBytes
            ? new(
                BinaryPrimitives.ReadUInt64BigEndian(bytes),
                BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
                BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]),
                BinaryPrimitives.ReadUInt64BigEndian(bytes[24..])
            )
            : throw new ArgumentException($"A SHA-256 digest has 32 bytes, not {bytes.Length}.", nameof(bytes));

    /// <summary>Hashes <paramref name="data"/>.</summary>
    public static Sha256Digest Compute(ReadOnlySpan<byte> data)
    {
        Span<byte> digest = stackalloc byte[SizeBytes];
        SHA256.HashData(data, digest);
        return FromBytes(digest);
    }

    /// <summary>Ends an incremental SHA-256 and starts it anew.</summary>
    public static Sha256Digest Finish(IncrementalHash hash)
    {
        Span<byte> digest = stackalloc byte[SizeBytes];
        return hash.GetHashAndReset(digest) == SizeBytes
            ? FromBytes(digest)
            : throw new ArgumentException("The incremental hash is not SHA-256.", nameof(hash));
    }

    /// <summary>Reads <c>sha256:…</c> in any encoding, SRI, or a bare digest (base-16, nix32, base-64 by length).</summary>
    /// <exception cref="NixFormatException">It is none of these.</exception>
    public static Sha256Digest Parse(string text)
    {
        Span<byte> digest = stackalloc byte[HashText.MaxDigestBytes];
        return HashText.Read(text, HashAlgorithm.Sha256, digest, out _) is { } rule
            ? throw new NixFormatException($"'{text}' is no SHA-256 hash: {rule}.")
            : FromBytes(digest[..SizeBytes]);
    }

    /// <summary>As <see cref="Parse"/>; false where it throws.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Sha256Digest value)
    {
        Span<byte> digest = stackalloc byte[HashText.MaxDigestBytes];
        var isRead = HashText.Read(text, HashAlgorithm.Sha256, digest, out _) is null;
        value = isRead ? FromBytes(digest[..SizeBytes]) : default;
        return isRead;
    }

    /// <summary>Writes the 32 bytes to the start of <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _d);
    }

    /// <summary>64 lower-case hex digits, no prefix.</summary>
    public string ToBase16() => Encode(HashFormat.Base16);

    /// <summary>52 nix32 digits, no prefix.</summary>
    public string ToNixBase32() => Encode(HashFormat.Nix32);

    /// <summary>With its algorithm, in the given format.</summary>
    public string Print(HashFormat format)
    {
        Span<byte> bytes = stackalloc byte[SizeBytes];
        CopyTo(bytes);
        return HashText.Print(HashAlgorithm.Sha256, bytes, format);
    }

    /// <summary>The same digest with its algorithm as a value.</summary>
    public Hash ToHash()
    {
        Span<byte> bytes = stackalloc byte[SizeBytes];
        CopyTo(bytes);
        return Hash.FromBytes(HashAlgorithm.Sha256, bytes);
    }

    public int CompareTo(Sha256Digest other)
    {
        var order = _a.CompareTo(other._a);
        order = order != 0 ? order : _b.CompareTo(other._b);
        order = order != 0 ? order : _c.CompareTo(other._c);
        return order != 0 ? order : _d.CompareTo(other._d);
    }

    /// <summary><c>sha256:</c> and nix32, as Nix's databases and narinfos write it.</summary>
    public override string ToString() => Print(HashFormat.Nix32);

    private string Encode(HashFormat format)
    {
        Span<byte> bytes = stackalloc byte[SizeBytes];
        CopyTo(bytes);
        return HashText.Encode(bytes, format);
    }
}
