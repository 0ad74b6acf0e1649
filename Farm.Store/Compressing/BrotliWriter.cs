using System.Buffers;
using System.Diagnostics;
using System.IO.Compression;

namespace Farm.Store.Compressing;

/// <summary>Writes Brotli.</summary>
internal sealed class BrotliWriter : IByteCoder
{
    /// <summary>Between speed and size; Brotli's own default, 11, is slow beyond use for archives.</summary>
    public const int DefaultLevel = 6;

    private const int WindowLog = 22;
    private BrotliEncoder _encoder;

    /// <param name="level">0 to 11.</param>
    public BrotliWriter(int level) => _encoder = new(level, WindowLog);

    public CoderStep Step(ReadOnlySpan<byte> input, Span<byte> output, bool isLast) =>
        _encoder.Compress(input, output, out var consumed, out var written, isLast) switch
        {
            OperationStatus.Done => new(consumed, written, isLast),
            OperationStatus.DestinationTooSmall => new(consumed, written, false),
            OperationStatus.NeedMoreData => new(consumed, written, false),
            _ => throw new UnreachableException(),
        };

    public void Dispose() => _encoder.Dispose();
}
