using Farm.Store.Streams;

namespace Farm.Store.Wire;

/// <summary>The bytes that follow, as they are; their end must be known from what they are.</summary>
/// <remarks>The end of the underlying stream is an <see cref="EndOfStreamException"/>.</remarks>
public sealed class RawStream(WireReader reader) : OneWayStream
{
    public override bool CanRead => true;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
            return 0;
        var count = await reader.ReadRawAsync(buffer, cancellationToken).ConfigureAwait(false);
        return count > 0 ? count : throw new EndOfStreamException("The peer stopped in the middle of an archive.");
    }
}
