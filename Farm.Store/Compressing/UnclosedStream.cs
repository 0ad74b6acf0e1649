namespace Farm.Store.Compressing;

/// <summary>Writes to a stream that stays open when this is closed.</summary>
internal sealed class UnclosedStream(Stream inner) : OneWayStream
{
    public override bool CanWrite => true;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(buffer, cancellationToken);
}
