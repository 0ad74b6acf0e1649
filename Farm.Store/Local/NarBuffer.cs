using System.Buffers;

namespace Farm.Store.Local;

/// <summary>A piece of an archive being put together. Tokens always fit while it is not full.</summary>
internal sealed class NarBuffer : IBufferWriter<byte>, IDisposable
{
    /// <summary>More than the longest run of tokens of one object: names, targets, keywords.</summary>
    public const int SlackBytes = 8 * 1024;

    private const int CapacityBytes = 512 * 1024;

    private byte[] _own = [];
    private byte[] _other = [];
    private Memory<byte> _bytes;
    private int _limit;
    private int _end;

    /// <summary>With memory of its own.</summary>
    public NarBuffer()
    {
        _own = ArrayPool<byte>.Shared.Rent(CapacityBytes);
        _other = ArrayPool<byte>.Shared.Rent(CapacityBytes);
        (_bytes, _limit) = (_own, CapacityBytes - SlackBytes);
    }

    /// <summary>With memory that whoever takes the pieces gives for each.</summary>
    /// <param name="first">For the first piece; longer than <see cref="SlackBytes"/>.</param>
    public NarBuffer(Memory<byte> first) => (_bytes, _limit) = (first, first.Length - SlackBytes);

    public bool IsFull => _end >= _limit;

    /// <summary>Where in the archive the piece begins.</summary>
    public long Offset { get; private set; }

    /// <summary>Length of the piece so far.</summary>
    public int Count => _end;

    /// <summary>Room for contents.</summary>
    public Span<byte> Room => _bytes.Span[_end..Math.Max(_end, _limit)];

    /// <summary>Begins anew and gives what was written, which is good until the next call.</summary>
    public ReadOnlyMemory<byte> Swap()
    {
        var written = _bytes[.._end];
        Offset += _end;
        (_own, _other, _end) = (_other, _own, 0);
        _bytes = _own;
        return written;
    }

    /// <summary>Begins anew in other memory.</summary>
    public void Continue(Memory<byte> next)
    {
        Offset += _end;
        (_bytes, _limit, _end) = (next, next.Length - SlackBytes, 0);
    }

    /// <summary>Leaves out what follows in the archive, and forgets the piece so far.</summary>
    public void Skip(long count)
    {
        Offset += _end + count;
        _end = 0;
    }

    public void Advance(int count) => _end += count;

    public Memory<byte> GetMemory(int sizeHint = 0) => _bytes[_end..];

    public Span<byte> GetSpan(int sizeHint = 0) => _bytes.Span[_end..];

    public void Dispose()
    {
        if (_own.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_own);
            ArrayPool<byte>.Shared.Return(_other);
        }
        (_own, _other, _bytes) = ([], [], default);
    }
}
