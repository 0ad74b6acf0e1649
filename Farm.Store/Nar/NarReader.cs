using System.Buffers;

namespace Farm.Store.Nar;

/// <summary>Reads one NAR from a stream, event by event, strictly and in bounded memory.</summary>
/// <remarks>Source: Nix manual, "Nix Archive (NAR) format". Stops right after the root's closing parenthesis.
/// Any fault is a <see cref="NixFormatException"/> with the offset in the archive. For one reader at a time.</remarks>
public sealed class NarReader : IDisposable
{
    private const int BufferBytes = 256 * 1024;

    private readonly Stream _input;
    private readonly NarReadAhead _readAhead;
    private readonly NarTap? _tap;
    private readonly NarGrammar _grammar = new();
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private int _at;
    private int _end;
    private int _tapped;
    private long _bufferOffset;
    private long _contentsLeft;

    /// <param name="input">Where the archive begins. Not closed by the reader.</param>
    /// <param name="readAhead">Whether bytes beyond the archive may be taken from the stream.</param>
    /// <param name="tap">Sees every byte of the archive once, for instance to hash it.</param>
    public NarReader(Stream input, NarReadAhead readAhead, NarTap? tap = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        (_input, _readAhead, _tap) = (input, readAhead, tap);
    }

    /// <summary>How many bytes of the archive have been consumed.</summary>
    public long PositionBytes => _bufferOffset + _at;

    /// <summary>The next event; null at the end of the archive. What was not read of a file's contents is skipped.</summary>
    public async ValueTask<NarEvent?> ReadAsync(CancellationToken ct)
    {
        while (_contentsLeft > 0)
            await ReadContentsAsync(ct).ConfigureAwait(false);
        while (true)
        {
            if (TryStep(out var next, out var wantedBytes))
                return next;
            await FillAsync(wantedBytes, ct).ConfigureAwait(false);
        }
    }

    /// <summary>The next piece of the contents of the file that <see cref="ReadAsync"/> announced; empty at their end.</summary>
    /// <remarks>The memory is good until the next call. Pieces are large, in however small ones they come.</remarks>
    public async ValueTask<ReadOnlyMemory<byte>> ReadContentsAsync(CancellationToken ct)
    {
        if (_contentsLeft == 0)
            return default;
        if (_at == _end)
            await FillAsync((int)Math.Min(_contentsLeft, BufferBytes), ct, isPartEnough: true).ConfigureAwait(false);
        var length = (int)Math.Min(_contentsLeft, _end - _at);
        var piece = _buffer.AsMemory(_at, length);
        _at += length;
        _contentsLeft -= length;
        return piece;
    }

    /// <summary>Gives the buffer back; the stream stays open.</summary>
    public void Dispose()
    {
        var buffer = _buffer;
        _buffer = [];
        (_at, _end, _tapped) = (0, 0, 0);
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
    }

    private bool TryStep(out NarEvent? next, out int wantedBytes)
    {
        var cursor = new NarCursor(_buffer.AsSpan(_at, _end - _at), PositionBytes);
        var isDone = _grammar.TryStep(ref cursor, out next);
        wantedBytes = cursor.WantedBytes;
        if (!isDone)
            return false;
        _at += cursor.At;
        if (next is NarEvent.Regular file)
            _contentsLeft = file.SizeBytes;
        if (next is null)
            Tap();
        return true;
    }

    /// <summary>Reads until <paramref name="wantedBytes"/> are at hand, or all that the stream still has, where a part is enough.</summary>
    private async ValueTask FillAsync(int wantedBytes, CancellationToken ct, bool isPartEnough = false)
    {
        Tap();
        _buffer.AsSpan(_at, _end - _at).CopyTo(_buffer);
        _bufferOffset += _at;
        _end -= _at;
        (_at, _tapped) = (0, 0);
        do
        {
            var room = _readAhead == NarReadAhead.Free ? _buffer.Length : wantedBytes;
            var count = await _input.ReadAsync(_buffer.AsMemory(_end, room - _end), ct).ConfigureAwait(false);
            if (count == 0 && isPartEnough && _end > 0)
                return;
            if (count == 0)
                throw new NixFormatException("NAR: the archive is cut off", _bufferOffset + _end);
            _end += count;
        } while (_end < wantedBytes);
    }

    private void Tap()
    {
        if (_at > _tapped)
            _tap?.Invoke(_buffer.AsSpan(_tapped, _at - _tapped));
        _tapped = _at;
    }
}
