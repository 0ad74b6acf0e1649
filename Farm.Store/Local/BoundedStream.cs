using Farm.Store.Streams;

namespace Farm.Store.Local;

/// <summary>The next bytes of a stream, up to a number; the rest stays in it. Closing this closes nothing.</summary>
internal sealed class BoundedStream(Stream inner, long lengthBytes) : OneWayStream
{
    private long _left = lengthBytes;

    /// <summary>Whether the number is reached, so that nothing more comes.</summary>
    public bool IsUsedUp => _left == 0;

    public override bool CanRead => true;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var room = buffer.Length > _left ? buffer[..(int)_left] : buffer;
        if (room.IsEmpty)
            return 0;
        var count = await inner.ReadAsync(room, cancellationToken).ConfigureAwait(false);
        _left -= count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var taken = inner.Read(buffer, offset, (int)Math.Min(count, _left));
        _left -= taken;
        return taken;
    }
}
