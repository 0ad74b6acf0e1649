using Farm.Store.Streams;

namespace Farm.Store.Compressing;

/// <summary>Another's stream, which stays open when this is closed.</summary>
internal sealed class LentStream(Stream inner) : OneWayStream
{
    public override bool CanRead => inner.CanRead;
    public override bool CanWrite => inner.CanWrite;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(buffer, cancellationToken);
}
