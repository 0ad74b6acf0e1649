using System.Buffers.Binary;
using System.Text;

namespace Farm.Store.Nar;

/// <summary>Reads NAR strings from the bytes at hand. Where they do not suffice, a method answers false and
/// <see cref="WantedBytes"/> tells how long the run must at least be.</summary>
internal ref struct NarCursor(ReadOnlySpan<byte> bytes, long offset)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly long _offset = offset;

    public int At { get; private set; }

    public int WantedBytes { get; private set; }

    public readonly long Offset => _offset + At;

    /// <summary>Reads a string of at most <paramref name="limit"/> bytes.</summary>
    public bool TryString(int limit, string what, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!TryLength(out var length))
            return false;
        if (length > (ulong)limit)
            throw new NixFormatException($"NAR: {what} is {length} bytes long, at most {limit} are allowed", Offset);
        var padded = 8 + (int)length + NarTokens.Padding((long)length);
        if (!Has(padded))
            return false;
        if (_bytes.Slice(At + 8 + (int)length, padded - 8 - (int)length).ContainsAnyExcept((byte)0))
            throw new NixFormatException($"NAR: the padding after {what} is not zero", Offset);
        value = _bytes.Slice(At + 8, (int)length);
        At += padded;
        return true;
    }

    /// <summary>Reads the length of contents, leaving the contents unread.</summary>
    public bool TryContentsLength(out long length)
    {
        length = 0;
        if (!TryLength(out var value))
            return false;
        if (value > long.MaxValue - 7)
            throw new NixFormatException($"NAR: a file of {value} bytes cannot be", Offset);
        length = (long)value;
        At += 8;
        return true;
    }

    /// <summary>Reads exactly this keyword.</summary>
    public bool TryExpect(ReadOnlySpan<byte> keyword)
    {
        var at = Offset;
        if (!TryString(NarLimits.KeywordBytes, "a keyword", out var found))
            return false;
        if (!found.SequenceEqual(keyword))
            throw new NixFormatException(
                $"NAR: expected '{Encoding.ASCII.GetString(keyword)}', found '{NarName.Show(found)}'",
                at
            );
        return true;
    }

    /// <summary>Reads the zero bytes after contents.</summary>
    public bool TryPadding(int length)
    {
        if (!Has(length))
            return false;
        if (_bytes.Slice(At, length).ContainsAnyExcept((byte)0))
            throw new NixFormatException("NAR: the padding after a file's contents is not zero", Offset);
        At += length;
        return true;
    }

    private bool TryLength(out ulong length)
    {
        length = 0;
        if (!Has(8))
            return false;
        length = BinaryPrimitives.ReadUInt64LittleEndian(_bytes[At..]);
        return true;
    }

    private bool Has(int count)
    {
        WantedBytes = At + count;
        return _bytes.Length - At >= count;
    }
}
