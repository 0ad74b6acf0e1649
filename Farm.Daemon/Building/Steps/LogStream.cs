using Farm.Store.Streams;

namespace Farm.Daemon.Building.Steps;

/// <summary>What is written to it goes to a log.</summary>
internal sealed class LogStream(StepLog log) : OneWayStream
{
    private long _written;

    public override bool CanWrite => true;

    public override long Length => _written;

    /// <summary>How many bytes were written.</summary>
    public override long Position
    {
        get => _written;
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        await log.LogAsync(buffer, cancellationToken).ConfigureAwait(false);
        _written += buffer.Length;
    }
}
