using Farm.Store.Streams;
using Farm.Store.Wire;

namespace Farm.Daemon.Connections;

/// <summary>Bytes that the client sends when it is asked for them.</summary>
/// <remarks>Shape: the daemon sends <c>STDERR_READ</c> and a length; the client answers with a string of at most so many bytes, and at
/// least one.</remarks>
internal sealed class PulledStream(WireReader reader, ConnectionOutput output) : OneWayStream
{
    private const int PieceBytes = 64 * 1024;

    private ReadOnlyMemory<byte> _left;

    public override bool CanRead => true;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
            return 0;
        if (_left.IsEmpty)
        {
            output.Write(writer =>
            {
                writer.WriteNumber(StderrFrame.Read);
                writer.WriteNumber(PieceBytes);
            });
            await output.FlushAsync(cancellationToken).ConfigureAwait(false);
            _left = (await reader.ReadBytesAsync(PieceBytes, cancellationToken).ConfigureAwait(false)).Memory;
            if (_left.IsEmpty)
                throw new EndOfStreamException("The peer had no more bytes in the middle of an archive.");
        }
        var count = Math.Min(buffer.Length, _left.Length);
        _left[..count].CopyTo(buffer);
        _left = _left[count..];
        return count;
    }
}
