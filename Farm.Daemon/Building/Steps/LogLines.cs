using Farm.Store.Hashing;

namespace Farm.Daemon.Building.Steps;

/// <summary>Cuts a builder's output into lines as Nix shows them: a carriage return goes back to the start of the line, and what
/// follows overwrites it.</summary>
internal sealed class LogLines
{
    /// <summary>Longer lines are cut off, so that a builder cannot fill the memory.</summary>
    public const int MaxLineBytes = 1 << 20;

    private byte[] _line = new byte[256];
    private int _length;
    private int _at;

    /// <summary>Takes the next bytes; each line that ends in them is given without its end.</summary>
    public IEnumerable<ByteString> Add(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var end = bytes.Span.IndexOfAny((byte)'\n', (byte)'\r');
            Append(end < 0 ? bytes.Span : bytes.Span[..end]);
            if (end < 0)
                yield break;
            if (bytes.Span[end] == '\r')
                _at = 0;
            else
                yield return Cut();
            bytes = bytes[(end + 1)..];
        }
    }

    /// <summary>The last line where no line feed ends it; null where there is none.</summary>
    public ByteString? Finish() => _length > 0 ? Cut() : null;

    private void Append(ReadOnlySpan<byte> part)
    {
        part = part[..Math.Min(part.Length, MaxLineBytes - _at)];
        if (_at + part.Length > _line.Length)
            Array.Resize(ref _line, Math.Max(_at + part.Length, Math.Min(_line.Length * 2, MaxLineBytes)));
        part.CopyTo(_line.AsSpan(_at));
        _at += part.Length;
        _length = Math.Max(_length, _at);
    }

    private ByteString Cut()
    {
        var line = ByteString.FromBytes(_line.AsSpan(0, _length));
        (_length, _at) = (0, 0);
        return line;
    }
}
