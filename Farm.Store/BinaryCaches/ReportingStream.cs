using Farm.Store.Streams;

namespace Farm.Store.BinaryCaches;

/// <summary>Tells how many bytes were read through it, not at every read.</summary>
internal sealed class ReportingStream(Stream inner, Action<long> report) : OneWayStream
{
    private const int ReportBytes = 1 << 20;
    private long _unreported;

    public override bool CanRead => true;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _unreported += count;
        if (_unreported >= ReportBytes || (count == 0 && _unreported > 0))
        {
            report(_unreported);
            _unreported = 0;
        }
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _unreported > 0)
            report(_unreported);
        _unreported = 0;
        base.Dispose(disposing);
    }
}
