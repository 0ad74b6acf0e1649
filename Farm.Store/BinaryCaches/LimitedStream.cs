using Farm.Store.Streams;

namespace Farm.Store.BinaryCaches;

/// <summary>A stream that is expected to have so many bytes at most; the one beyond is refused.</summary>
internal sealed class LimitedStream(Stream inner, long mostBytes, Func<Exception> refusal) : OneWayStream
{
    private long _read;

    public override bool CanRead => true;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _read += count;
        return _read <= mostBytes ? count : throw refusal();
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
