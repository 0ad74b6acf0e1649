using System.Buffers;

namespace Farm.Store.Local;

/// <summary>A piece of an archive being put together. Tokens always fit while it is not full.</summary>
internal sealed class NarBuffer : IBufferWriter<byte>, IDisposable
{
    private const int CapacityBytes = 512 * 1024;

    /// <summary>More than the longest run of tokens of one object: names, targets, keywords.</summary>
    private const int SlackBytes = 8 * 1024;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(CapacityBytes);
    private byte[] _other = ArrayPool<byte>.Shared.Rent(CapacityBytes);
    private int _end;

    public bool IsFull => _end >= CapacityBytes - SlackBytes;

    /// <summary>Room for contents.</summary>
    public Span<byte> Room => _bytes.AsSpan(_end, Math.Max(0, CapacityBytes - SlackBytes - _end));

    /// <summary>Begins anew and gives what was written, which is good until the next call.</summary>
    public ReadOnlyMemory<byte> Swap()
    {
        var written = _bytes.AsMemory(0, _end);
        (_bytes, _other, _end) = (_other, _bytes, 0);
        return written;
    }

    public void Advance(int count) => _end += count;

    public Memory<byte> GetMemory(int sizeHint = 0) => _bytes.AsMemory(_end);

    public Span<byte> GetSpan(int sizeHint = 0) => _bytes.AsSpan(_end);

    public void Dispose()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            ArrayPool<byte>.Shared.Return(_other);
        }
        (_bytes, _other) = ([], []);
    }
}
