using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Farm.Store.Hashing;

/// <summary>A digest and the algorithm that made it.</summary>
/// <remarks>Ordered as Nix orders: by length, then bytes from left to right, then algorithm. <c>default(Hash)</c> is no hash and throws on use.
/// Source: Nix's <c>libutil/hash.cc</c>.</remarks>
public readonly record struct Hash : IComparable<Hash>
{
    // Big-endian words; those beyond the digest are zero.
    private readonly ulong _0;
    private readonly ulong _1;
    private readonly ulong _2;
    private readonly ulong _3;
    private readonly ulong _4;
    private readonly ulong _5;
    private readonly ulong _6;
    private readonly ulong _7;
    private readonly HashAlgorithm _algorithm;

    private Hash(HashAlgorithm algorithm, ReadOnlySpan<byte> digest)
    {
        Span<byte> words = stackalloc byte[HashText.MaxDigestBytes];
        words.Clear();
        digest.CopyTo(words);
        _algorithm = algorithm;
        _0 = BinaryPrimitives.ReadUInt64BigEndian(words);
        _1 = BinaryPrimitives.ReadUInt64BigEndian(words[8..]);
        _2 = BinaryPrimitives.ReadUInt64BigEndian(words[16..]);
        _3 = BinaryPrimitives.ReadUInt64BigEndian(words[24..]);
        _4 = BinaryPrimitives.ReadUInt64BigEndian(words[32..]);
        _5 = BinaryPrimitives.ReadUInt64BigEndian(words[40..]);
        _6 = BinaryPrimitives.ReadUInt64BigEndian(words[48..]);
        _7 = BinaryPrimitives.ReadUInt64BigEndian(words[56..]);
    }

    public HashAlgorithm Algorithm =>
        _algorithm == default ? throw new InvalidOperationException("default(Hash) is no hash.") : _algorithm;

    /// <summary>Size of the digest in bytes: 16, 20, 32 or 64.</summary>
    public int SizeBytes => Algorithm.DigestBytes();

    /// <summary>Takes a digest of exactly the algorithm's size.</summary>
    /// <exception cref="ArgumentException">The length is another.</exception>
    public static Hash FromBytes(HashAlgorithm algorithm, ReadOnlySpan<byte> digest) =>
        digest.Length == algorithm.DigestBytes()
            ? new(algorithm, digest)
            : throw new ArgumentException(
                $"A {algorithm.Name()} digest has {algorithm.DigestBytes()} bytes, not {digest.Length}.",
                nameof(digest)
            );

    /// <summary>Hashes <paramref name="data"/>.</summary>
    public static Hash Compute(HashAlgorithm algorithm, ReadOnlySpan<byte> data)
    {
        Span<byte> digest = stackalloc byte[HashText.MaxDigestBytes];
        var size = CryptographicOperations.HashData(algorithm.FrameworkName(), data, digest);
        return new(algorithm, digest[..size]);
    }

    /// <summary>The digest of zero bytes, which Nix takes for an <c>outputHash</c> that is empty.</summary>
    public static Hash Zero(HashAlgorithm algorithm) => FromBytes(algorithm, new byte[algorithm.DigestBytes()]);

    /// <summary>Reads <c>sha256:…</c> (base-16, nix32 or base-64) or SRI <c>sha256-…</c>.</summary>
    /// <param name="text">The whole text; nothing may be around it.</param>
    /// <param name="expected">When given, the text may lack the prefix, and a prefix must agree.</param>
    /// <exception cref="NixFormatException">The text breaks a rule, which the message names.</exception>
    public static Hash Parse(string text, HashAlgorithm? expected = null)
    {
        Span<byte> digest = stackalloc byte[HashText.MaxDigestBytes];
        return HashText.Read(text, expected, digest, out var algorithm) is { } rule
            ? throw new NixFormatException($"'{text}' is no hash: {rule}.")
            : new(algorithm, digest[..algorithm.DigestBytes()]);
    }

    /// <summary>As <see cref="Parse"/>; false where it throws.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, HashAlgorithm? expected, out Hash value)
    {
        Span<byte> digest = stackalloc byte[HashText.MaxDigestBytes];
        var isRead = HashText.Read(text, expected, digest, out var algorithm) is null;
        value = isRead ? new(algorithm, digest[..algorithm.DigestBytes()]) : default;
        return isRead;
    }

    /// <summary>Writes the digest to the start of <paramref name="destination"/>; returns how many bytes.</summary>
    public int CopyTo(Span<byte> destination)
    {
        Span<byte> words = stackalloc byte[HashText.MaxDigestBytes];
        WriteWords(words);
        words[..SizeBytes].CopyTo(destination);
        return SizeBytes;
    }

    /// <summary>The digest as SHA-256.</summary>
    /// <exception cref="InvalidOperationException">The algorithm is another.</exception>
    public Sha256Digest ToSha256()
    {
        if (Algorithm != HashAlgorithm.Sha256)
            throw new InvalidOperationException($"'{this}' is no SHA-256 hash.");
        Span<byte> words = stackalloc byte[HashText.MaxDigestBytes];
        WriteWords(words);
        return Sha256Digest.FromBytes(words[..Sha256Digest.SizeBytes]);
    }

    /// <summary>With the algorithm, in the given format.</summary>
    public string Print(HashFormat format)
    {
        Span<byte> words = stackalloc byte[HashText.MaxDigestBytes];
        WriteWords(words);
        return HashText.Print(Algorithm, words[..SizeBytes], format);
    }

    /// <summary>The digest alone, in the given format.</summary>
    public string Encode(HashFormat format)
    {
        Span<byte> words = stackalloc byte[HashText.MaxDigestBytes];
        WriteWords(words);
        return HashText.Encode(words[..SizeBytes], format);
    }

    public int CompareTo(Hash other)
    {
        var order = SizeBytes.CompareTo(other.SizeBytes);
        if (order != 0)
            return order;
        Span<byte> mine = stackalloc byte[HashText.MaxDigestBytes];
        Span<byte> theirs = stackalloc byte[HashText.MaxDigestBytes];
        WriteWords(mine);
        other.WriteWords(theirs);
        order = mine.SequenceCompareTo(theirs);
        return order != 0 ? order : Algorithm.CompareTo(other.Algorithm);
    }

    /// <summary>With the algorithm, in nix32.</summary>
    public override string ToString() => Print(HashFormat.Nix32);

    private void WriteWords(Span<byte> words)
    {
        BinaryPrimitives.WriteUInt64BigEndian(words, _0);
        BinaryPrimitives.WriteUInt64BigEndian(words[8..], _1);
        BinaryPrimitives.WriteUInt64BigEndian(words[16..], _2);
        BinaryPrimitives.WriteUInt64BigEndian(words[24..], _3);
        BinaryPrimitives.WriteUInt64BigEndian(words[32..], _4);
        BinaryPrimitives.WriteUInt64BigEndian(words[40..], _5);
        BinaryPrimitives.WriteUInt64BigEndian(words[48..], _6);
        BinaryPrimitives.WriteUInt64BigEndian(words[56..], _7);
    }
}
