using System.Buffers.Binary;
using Farm.Store.Hashing;

namespace Farm.Store.Paths;

/// <summary>The 20 bytes at the start of a store path's base name.</summary>
/// <remarks>Shape: 32 nix32 digits. Ordered as that text is ordered, which is by bytes from the last to the first.
/// The default value is 20 zero bytes; as a hash part it is as good as any.</remarks>
public readonly record struct StorePathHash : IComparable<StorePathHash>
{
    /// <summary>Size in bytes.</summary>
    public const int SizeBytes = 20;

    /// <summary>Digits when printed.</summary>
    public const int TextLength = 32;

    // Little-endian words, most significant first, so that comparing the words compares the text.
    private readonly ulong _high;
    private readonly ulong _middle;
    private readonly uint _low;

    private StorePathHash(ulong high, ulong middle, uint low) => (_high, _middle, _low) = (high, middle, low);

    /// <summary>Takes exactly 20 bytes.</summary>
    /// <exception cref="ArgumentException">The length is another.</exception>
    public static StorePathHash FromBytes(ReadOnlySpan<byte> bytes) =>
        bytes.Length == SizeBytes
            ? new(
                BinaryPrimitives.ReadUInt64LittleEndian(bytes[12..]),
                BinaryPrimitives.ReadUInt64LittleEndian(bytes[4..]),
                BinaryPrimitives.ReadUInt32LittleEndian(bytes)
            )
            : throw new ArgumentException($"A store path's hash has 20 bytes, not {bytes.Length}.", nameof(bytes));

    /// <summary>Folds a SHA-256 digest into 20 bytes by exclusive or: byte i goes to place i modulo 20.</summary>
    /// <remarks>Source: Nix's <c>compressHash</c>. It is no truncation.</remarks>
    public static StorePathHash Fold(Sha256Digest digest)
    {
        Span<byte> bytes = stackalloc byte[Sha256Digest.SizeBytes];
        digest.CopyTo(bytes);
        for (var i = SizeBytes; i < bytes.Length; i++)
            bytes[i - SizeBytes] ^= bytes[i];
        return FromBytes(bytes[..SizeBytes]);
    }

    /// <summary>Reads 32 nix32 digits.</summary>
    /// <exception cref="NixFormatException">The length or a digit is wrong.</exception>
    public static StorePathHash Parse(string text) =>
        TryParse(text, out var value)
            ? value
            : throw new NixFormatException($"'{text}' is no store path hash: it must be 32 nix32 digits.");

    /// <summary>As <see cref="Parse"/>; false where it throws.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out StorePathHash value)
    {
        Span<byte> bytes = stackalloc byte[SizeBytes];
        var isRead = NixBase32.TryDecode(text, bytes);
        value = isRead ? FromBytes(bytes) : default;
        return isRead;
    }

    /// <summary>As <see cref="Parse"/>, from ASCII.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out StorePathHash value)
    {
        Span<byte> bytes = stackalloc byte[SizeBytes];
        var isRead = NixBase32.TryDecode(text, bytes);
        value = isRead ? FromBytes(bytes) : default;
        return isRead;
    }

    /// <summary>Writes the 20 bytes to the start of <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, _low);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[4..], _middle);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[12..], _high);
    }

    /// <summary>Writes the 32 digits to the start of <paramref name="destination"/>.</summary>
    public void Print(Span<char> destination)
    {
        Span<byte> bytes = stackalloc byte[SizeBytes];
        CopyTo(bytes);
        NixBase32.Encode(bytes, destination[..TextLength]);
    }

    /// <inheritdoc cref="Print(Span{char})"/>
    public void Print(Span<byte> destination)
    {
        Span<byte> bytes = stackalloc byte[SizeBytes];
        CopyTo(bytes);
        NixBase32.Encode(bytes, destination[..TextLength]);
    }

    public int CompareTo(StorePathHash other)
    {
        var order = _high.CompareTo(other._high);
        order = order != 0 ? order : _middle.CompareTo(other._middle);
        return order != 0 ? order : _low.CompareTo(other._low);
    }

    public override int GetHashCode() => HashCode.Combine(_high, _middle);

    /// <summary>The 32 digits.</summary>
    public override string ToString() => string.Create(TextLength, this, static (text, hash) => hash.Print(text));
}
