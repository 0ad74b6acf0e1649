using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Farm.Store.Hashing;

/// <summary>Immutable bytes with value equality, ordered byte by byte: the text of a derivation, which need not be UTF-8.</summary>
/// <remarks>The default value is the empty string. Not a record: a record would compare the array by identity.</remarks>
public readonly struct ByteString : IEquatable<ByteString>, IComparable<ByteString>
{
    private readonly byte[]? _bytes;

    private ByteString(byte[] bytes) => _bytes = bytes;

    /// <summary>No bytes.</summary>
    public static ByteString Empty => default;

    public int Length => _bytes?.Length ?? 0;

    public bool IsEmpty => Length == 0;

    public ReadOnlySpan<byte> Span => _bytes;

    public ReadOnlyMemory<byte> Memory => _bytes;

    /// <summary>Copies the bytes.</summary>
    public static ByteString FromBytes(ReadOnlySpan<byte> bytes) => bytes.IsEmpty ? default : new(bytes.ToArray());

    /// <summary>The UTF-8 bytes of <paramref name="text"/>.</summary>
    /// <exception cref="ArgumentException">The text has a lone surrogate.</exception>
    public static ByteString FromUtf8(string text) => text.Length == 0 ? default : new(StrictUtf8.GetBytes(text));

    /// <summary>The bytes as text, when they are UTF-8.</summary>
    /// <returns>False when they are not.</returns>
    public bool TryGetUtf8(out string text)
    {
        var isUtf8 = Utf8.IsValid(Span);
        text = isUtf8 ? Encoding.UTF8.GetString(Span) : "";
        return isUtf8;
    }

    public bool Equals(ByteString other) => Span.SequenceEqual(other.Span);

    /// <summary>Whether these are the UTF-8 bytes of <paramref name="text"/>.</summary>
    public bool EqualsUtf8(ReadOnlySpan<byte> text) => Span.SequenceEqual(text);

    /// <summary>Every occurrence of <paramref name="from"/>, from left to right, replaced by <paramref name="to"/>.</summary>
    public ByteString Replace(ByteString from, ByteString to)
    {
        if (from.IsEmpty)
            throw new ArgumentException("The empty text occurs everywhere.", nameof(from));
        var rest = Span;
        var next = rest.IndexOf(from.Span);
        if (next < 0)
            return this;
        var result = new ArrayBufferWriter<byte>(Length + Math.Max(0, to.Length - from.Length));
        for (; next >= 0; next = rest.IndexOf(from.Span))
        {
            result.Write(rest[..next]);
            result.Write(to.Span);
            rest = rest[(next + from.Length)..];
        }
        result.Write(rest);
        return FromBytes(result.WrittenSpan);
    }

    public override bool Equals(object? obj) => obj is ByteString other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }

    public int CompareTo(ByteString other) => Span.SequenceCompareTo(other.Span);

    /// <summary>As UTF-8 where the bytes are valid UTF-8, else as Latin-1. For people and messages; print from <see cref="Span"/>.</summary>
    public override string ToString() => TryGetUtf8(out var text) ? text : Encoding.Latin1.GetString(Span);

    public static bool operator ==(ByteString left, ByteString right) => left.Equals(right);

    public static bool operator !=(ByteString left, ByteString right) => !left.Equals(right);

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);
}
