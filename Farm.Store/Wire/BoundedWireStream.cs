using Farm.Store.Streams;

namespace Farm.Store.Wire;

/// <summary>A number of bytes out of a stream that goes on after them.</summary>
public sealed class BoundedWireStream(WireReader reader, long lengthBytes) : OneWayStream
{
    private long _left = lengthBytes;

    public override bool CanRead => true;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var room = buffer.Length > _left ? buffer[..(int)_left] : buffer;
        if (room.IsEmpty)
            return 0;
        var count = await reader.ReadRawAsync(room, cancellationToken).ConfigureAwait(false);
        if (count == 0)
            throw new EndOfStreamException("The peer stopped in the middle of an archive.");
        _left -= count;
        return count;
    }

    /// <summary>Reads what is left, so that what follows can be read.</summary>
    public Task DrainAsync(CancellationToken ct) => CopyToAsync(Null, ct);
}
