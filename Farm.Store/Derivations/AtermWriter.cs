using System.Buffers;
using System.Text;
using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Store.Derivations;

/// <summary>Writes ATerm text.</summary>
internal readonly ref struct AtermWriter(IBufferWriter<byte> output)
{
    private static readonly SearchValues<byte> Escaped = SearchValues.Create("\"\\\n\r\t"u8);

    private readonly IBufferWriter<byte> _output = output;

    public void Raw(ReadOnlySpan<byte> token) => _output.Write(token);

    /// <summary>ASCII between quotes, as it is.</summary>
    public void Plain(string text)
    {
        var span = _output.GetSpan(text.Length + 2);
        span[0] = (byte)'"';
        Encoding.ASCII.GetBytes(text, span[1..]);
        span[text.Length + 1] = (byte)'"';
        _output.Advance(text.Length + 2);
    }

    /// <summary>Bytes between quotes, as they are.</summary>
    public void Plain(ReadOnlySpan<byte> text)
    {
        Raw("\""u8);
        Raw(text);
        Raw("\""u8);
    }

    /// <summary>A full store path between quotes.</summary>
    public void Path(StoreDir storeDir, StorePath path)
    {
        var prefix = storeDir.Prefix;
        var length = prefix.Length + path.TextLength + 2;
        var span = _output.GetSpan(length);
        span[0] = (byte)'"';
        prefix.CopyTo(span[1..]);
        path.Print(span[(prefix.Length + 1)..]);
        span[length - 1] = (byte)'"';
        _output.Advance(length);
    }

    /// <summary>Bytes between quotes; quote, backslash, line feed, carriage return and tab escaped.</summary>
    public void String(ByteString value)
    {
        var text = value.Span;
        Raw("\""u8);
        for (var next = text.IndexOfAny(Escaped); next >= 0; next = text.IndexOfAny(Escaped))
        {
            Raw(text[..next]);
            Raw(
                text[next] switch
                {
                    (byte)'\n' => "\\n"u8,
                    (byte)'\r' => "\\r"u8,
                    (byte)'\t' => "\\t"u8,
                    (byte)'"' => "\\\""u8,
                    _ => "\\\\"u8,
                }
            );
            text = text[(next + 1)..];
        }
        Raw(text);
        Raw("\""u8);
    }

    /// <summary>A comma, unless this is the first item of a list.</summary>
    public void Separate(ref bool isFirst)
    {
        if (!isFirst)
            Raw(","u8);
        isFirst = false;
    }

    /// <summary>A list of output names.</summary>
    public void Names(IEnumerable<string> names)
    {
        Raw("["u8);
        var isFirst = true;
        foreach (var name in names)
        {
            Separate(ref isFirst);
            Plain(name);
        }
        Raw("]"u8);
    }
}
