using Farm.Store.Streams;

namespace Farm.Store.Wire;

/// <summary>Bytes that come in frames.</summary>
/// <remarks>Shape: a length that is not 0 and so many bytes without any filling, again and again; then 0.</remarks>
public sealed class FramedStream(WireReader reader) : OneWayStream
{
    private long _left;
    private bool _isAtEnd;

    public override bool CanRead => true;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isAtEnd || buffer.IsEmpty)
            return 0;
        if (_left == 0)
        {
            _left = await reader.ReadSmallAsync("a frame's length", cancellationToken).ConfigureAwait(false);
            _isAtEnd = _left == 0;
            if (_isAtEnd)
                return 0;
        }
        var room = buffer.Length > _left ? buffer[..(int)_left] : buffer;
        var count = await reader.ReadRawAsync(room, cancellationToken).ConfigureAwait(false);
        if (count == 0)
            throw new EndOfStreamException("The peer stopped in the middle of a frame.");
        _left -= count;
        return count;
    }

    /// <summary>Reads to the end, so that what follows can be read.</summary>
    public Task DrainAsync(CancellationToken ct) => CopyToAsync(Null, ct);
}
