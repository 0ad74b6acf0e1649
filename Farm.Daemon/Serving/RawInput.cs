using Farm.Store.Wire;

namespace Farm.Daemon.Serving;

/// <summary>The bytes that follow in a protocol, as a stream.</summary>
/// <param name="reader">What is read ahead stays with it.</param>
/// <param name="lengthBytes">Where the stream ends.</param>
internal sealed class RawInput(WireReader reader, long lengthBytes = long.MaxValue) : Stream
{
    private long _left = lengthBytes;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        buffer = buffer[..(int)Math.Min(buffer.Length, _left)];
        if (buffer.IsEmpty)
            return 0;
        var count = await reader.ReadRawAsync(buffer, cancellationToken).ConfigureAwait(false);
        _left -= count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
