using System.Buffers;
using System.Text;
using Farm.Store.Hashing;

namespace Farm.Store.Derivations;

/// <summary>A cursor over ATerm text.</summary>
internal ref struct AtermReader(ReadOnlySpan<byte> text)
{
    private static readonly SearchValues<byte> Ends = SearchValues.Create("\"\\"u8);

    private readonly ReadOnlySpan<byte> _text = text;
    private int _at;

    /// <summary>Byte offset of what is read next.</summary>
    public readonly int At => _at;

    public readonly bool IsAtEnd => _at == _text.Length;

    public void Expect(ReadOnlySpan<byte> token)
    {
        if (!TryTake(token))
            throw new NixFormatException($"A derivation must go on with '{Encoding.ASCII.GetString(token)}'", _at);
    }

    public bool TryTake(ReadOnlySpan<byte> token)
    {
        if (!_text[_at..].StartsWith(token))
            return false;
        _at += token.Length;
        return true;
    }

    /// <summary>Whether a list that was opened has another item; takes the comma between two items, or the closing bracket.</summary>
    public bool HasNext(ref bool isFirst)
    {
        if (TryTake("]"u8))
            return false;
        if (!isFirst)
            Expect(","u8);
        isFirst = false;
        return true;
    }

    /// <summary>A quoted string that is never escaped: a path, a name, an algorithm, a hash, a platform.</summary>
    public ReadOnlySpan<byte> ReadPlain()
    {
        Expect("\""u8);
        var rest = _text[_at..];
        var end = rest.IndexOfAny(Ends);
        if (end < 0)
            throw new NixFormatException("A derivation's string must end in a quote", _text.Length);
        if (rest[end] != (byte)'"')
            throw new NixFormatException(
                "A path, name, hash or platform in a derivation must not have a backslash",
                _at + end
            );
        _at += end + 1;
        return rest[..end];
    }

    /// <summary>A quoted string that may be escaped.</summary>
    /// <remarks>Leniency, Nix's: a backslash before any other byte stands for that byte, and control characters may be raw.</remarks>
    public ByteString ReadString()
    {
        Expect("\""u8);
        var rest = _text[_at..];
        var end = rest.IndexOfAny(Ends);
        if (end < 0)
            throw new NixFormatException("A derivation's string must end in a quote", _text.Length);
        if (rest[end] == (byte)'"')
        {
            _at += end + 1;
            return ByteString.FromBytes(rest[..end]);
        }
        return ReadEscaped(rest, end);
    }

    private ByteString ReadEscaped(ReadOnlySpan<byte> rest, int backslash)
    {
        var length = EscapedLength(rest, backslash);
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        var used = 0;
        var at = 0;
        while (at < length)
        {
            var plain = rest[at..length].IndexOf((byte)'\\');
            if (plain < 0)
                plain = length - at;
            rest.Slice(at, plain).CopyTo(buffer.AsSpan(used));
            used += plain;
            at += plain;
            if (at == length)
                break;
            buffer[used++] = rest[at + 1] switch
            {
                (byte)'n' => (byte)'\n',
                (byte)'r' => (byte)'\r',
                (byte)'t' => (byte)'\t',
                var other => other,
            };
            at += 2;
        }
        _at += length + 1;
        var value = ByteString.FromBytes(buffer.AsSpan(0, used));
        ArrayPool<byte>.Shared.Return(buffer);
        return value;
    }

    /// <summary>Length of an escaped string's text, up to the closing quote.</summary>
    private readonly int EscapedLength(ReadOnlySpan<byte> rest, int at)
    {
        while (at < rest.Length && rest[at] == (byte)'\\')
        {
            at += 2;
            if (at >= rest.Length)
                break;
            var next = rest[at..].IndexOfAny(Ends);
            if (next < 0)
                break;
            at += next;
        }
        return at < rest.Length && rest[at] == (byte)'"'
            ? at
            : throw new NixFormatException("A derivation's string must end in a quote", _text.Length);
    }
}
