using System.Buffers;
using Farm.Store.Streams;

namespace Farm.Store.Compressing;

/// <summary>Reads a compressed stream as what it holds. Closes the compressed stream with itself.</summary>
internal sealed class DecodingStream(Stream compressed, IByteCoder decoder) : OneWayStream
{
    private const int BufferBytes = 64 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private int _at;
    private int _end;
    private bool _isInputAtEnd;
    private bool _isAtEnd;

    public override bool CanRead => true;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty && !_isAtEnd)
        {
            if (_at == _end && !_isInputAtEnd)
            {
                _at = 0;
                _end = await compressed.ReadAsync(_buffer, cancellationToken).ConfigureAwait(false);
                _isInputAtEnd = _end == 0;
            }
            var step = decoder.Step(_buffer.AsSpan(_at, _end - _at), buffer.Span, _isInputAtEnd);
            _at += step.ConsumedBytes;
            _isAtEnd = step.IsComplete && _isInputAtEnd && _at == _end;
            if (step.WrittenBytes > 0)
                return step.WrittenBytes;
        }
        return 0;
    }

    public override async ValueTask DisposeAsync()
    {
        Release();
        await compressed.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Release();
            compressed.Dispose();
        }
        base.Dispose(disposing);
    }

    private void Release()
    {
        var buffer = _buffer;
        (_buffer, _isAtEnd) = ([], true);
        if (buffer.Length == 0)
            return;
        ArrayPool<byte>.Shared.Return(buffer);
        decoder.Dispose();
    }
}
