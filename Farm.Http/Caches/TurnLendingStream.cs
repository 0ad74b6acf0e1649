using Farm.Store.Streams;

namespace Farm.Http.Caches;

/// <summary>Passes on what is written to it; while the client takes its time, others may compress.</summary>
/// <param name="destination">Not closed.</param>
/// <param name="turn">Whose it is.</param>
internal sealed class TurnLendingStream(Stream destination, CompressionTurn turn) : OneWayStream
{
    public override bool CanWrite => true;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        turn.LendWhileAsync(destination.WriteAsync(buffer, cancellationToken), cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) =>
        turn.LendWhileAsync(new ValueTask(destination.FlushAsync(cancellationToken)), cancellationToken).AsTask();
}
