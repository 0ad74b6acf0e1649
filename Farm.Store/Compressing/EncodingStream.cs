using System.Buffers;
using Farm.Store.Streams;

namespace Farm.Store.Compressing;

/// <summary>Compresses what is written to it. Closing it writes the end, and leaves the compressed stream open.</summary>
internal sealed class EncodingStream(Stream compressed, IByteCoder encoder) : OneWayStream
{
    private const int BufferBytes = 64 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);

    public override bool CanWrite => true;

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        while (!buffer.IsEmpty)
        {
            var step = encoder.Step(buffer.Span, _buffer, isLast: false);
            buffer = buffer[step.ConsumedBytes..];
            await compressed
                .WriteAsync(_buffer.AsMemory(0, step.WrittenBytes), cancellationToken)
                .ConfigureAwait(false);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (_buffer.Length > 0)
        {
            try
            {
                CoderStep step;
                do
                {
                    step = encoder.Step([], _buffer, isLast: true);
                    await compressed.WriteAsync(_buffer.AsMemory(0, step.WrittenBytes)).ConfigureAwait(false);
                } while (!step.IsComplete);
            }
            finally
            {
                Release();
            }
        }
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _buffer.Length > 0)
            Release();
        base.Dispose(disposing);
    }

    private void Release()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        encoder.Dispose();
    }
}
