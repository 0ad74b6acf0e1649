using System.Buffers;
using Farm.Store.Streams;

namespace Farm.Store.Nar;

/// <summary>The bytes of one archive out of a stream that goes on after it: ends where the archive ends.</summary>
/// <remarks>For archives that are sent without their length. A fault in the archive is a <see cref="NixFormatException"/>.</remarks>
public sealed class SingleArchiveStream : OneWayStream
{
    private readonly ArrayBufferWriter<byte> _pending = new();
    private readonly NarReader _reader;
    private int _at;
    private bool _isAtEnd;

    /// <param name="inner">Where the archive begins. Not closed.</param>
    public SingleArchiveStream(Stream inner) =>
        _reader = new(inner, NarReadAhead.Exact, bytes => _pending.Write(bytes));

    public override bool CanRead => true;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_at == _pending.WrittenCount && !_isAtEnd)
        {
            _pending.ResetWrittenCount();
            _at = 0;
            var contents = await _reader.ReadContentsAsync(cancellationToken).ConfigureAwait(false);
            if (contents.IsEmpty)
                _isAtEnd = await _reader.ReadAsync(cancellationToken).ConfigureAwait(false) is null;
        }
        var count = Math.Min(buffer.Length, _pending.WrittenCount - _at);
        _pending.WrittenMemory.Slice(_at, count).CopyTo(buffer);
        _at += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _reader.Dispose();
        base.Dispose(disposing);
    }
}
