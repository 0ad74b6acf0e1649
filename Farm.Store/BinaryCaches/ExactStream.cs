using Farm.Store.Streams;

namespace Farm.Store.BinaryCaches;

/// <summary>A stream that must have just so many bytes. Its last bytes are given only when nothing follows them.</summary>
internal sealed class ExactStream(Stream inner, long lengthBytes, Func<string, Exception> refusal) : OneWayStream
{
    private readonly byte[] _beyond = new byte[1];
    private long _left = lengthBytes;
    private long _read;

    public override bool CanRead => true;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_left == 0 || buffer.IsEmpty)
            return 0;
        var room = buffer.Length > _left ? buffer[..(int)_left] : buffer;
        var count = await inner.ReadAsync(room, cancellationToken).ConfigureAwait(false);
        if (count == 0)
            throw refusal($"{_read} bytes");
        _left -= count;
        _read += count;
        if (_left == 0 && await inner.ReadAsync(_beyond, cancellationToken).ConfigureAwait(false) > 0)
            throw refusal($"more than {_read} bytes");
        return count;
    }

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
