using System.Buffers;
using System.IO.Compression;

namespace Farm.Store.Compressing;

/// <summary>Reads Brotli. Its window is 16 MiB at most; the larger ones of a later extension are refused.</summary>
internal sealed class BrotliReader : IByteCoder
{
    private BrotliDecoder _decoder;
    private bool _isAtEnd;

    public CoderStep Step(ReadOnlySpan<byte> input, Span<byte> output, bool isLast)
    {
        if (_isAtEnd && input.IsEmpty)
            return new(0, 0, true);
        if (_isAtEnd)
            throw new StoreException.CorruptArchive("br", "bytes follow its end");
        var status = _decoder.Decompress(input, output, out var consumed, out var written);
        _isAtEnd = status == OperationStatus.Done;
        if (status == OperationStatus.InvalidData)
            throw new StoreException.CorruptArchive("br", "its data is damaged or no Brotli");
        if (status == OperationStatus.NeedMoreData && isLast && written == 0 && consumed == input.Length)
            throw new StoreException.CorruptArchive("br", "it is cut off");
        return new(consumed, written, _isAtEnd);
    }

    public void Dispose() => _decoder.Dispose();
}
