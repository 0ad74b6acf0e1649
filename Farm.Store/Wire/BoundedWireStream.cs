using Farm.Store.Streams;

namespace Farm.Store.Wire;

/// <summary>A number of bytes out of a stream that goes on after them.</summary>
public sealed class BoundedWireStream(WireReader reader, long lengthBytes) : OneWayStream
{
    public override bool CanRead => true;

    private const int DrainBytes = 64 * 1024;

    private long _left = lengthBytes;

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
    public async ValueTask DrainAsync(CancellationToken ct)
    {
        var dropped = System.Buffers.ArrayPool<byte>.Shared.Rent(DrainBytes);
        try
        {
            while (await ReadAsync(dropped, ct).ConfigureAwait(false) > 0) { }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(dropped);
        }
    }
}
