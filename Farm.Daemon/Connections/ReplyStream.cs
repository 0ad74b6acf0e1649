using Farm.Store.Streams;

namespace Farm.Daemon.Connections;

/// <summary>Contents that are sent after the answer, as they are.</summary>
internal sealed class ReplyStream(ConnectionOutput output) : OneWayStream
{
    public override bool CanWrite => true;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        output.SendRawAsync(buffer, cancellationToken);
}
