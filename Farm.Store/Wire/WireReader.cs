using System.Buffers;
using System.Buffers.Binary;
using Farm.Store.Hashing;

namespace Farm.Store.Wire;

/// <summary>Reads what Nix's protocols are made of from a stream: numbers, strings, raw bytes.</summary>
/// <remarks>Shape: a number has eight bytes, lowest first; a string is its length, its bytes and zeros up to a multiple of eight.
/// Holds a buffer only while there is something in it. For one reader at a time. Every fault is a <see cref="NixFormatException"/>
/// with the offset in the stream; its end in the middle of something is an <see cref="EndOfStreamException"/>.</remarks>
/// <param name="input">Not closed by the reader.</param>
public sealed class WireReader(Stream input) : IDisposable
{
    private const int BufferBytes = 32 * 1024;
    private const int NumberBytes = 8;

    /// <summary>Longer strings are made room for as they arrive, not when they are announced.</summary>
    private const int TrustedBytes = 64 * 1024;

    private byte[] _buffer = [];
    private int _at;
    private int _end;
    private long _bufferOffset;
    private ValueTask<int>? _ahead;

    /// <summary>Where the bytes come from.</summary>
    public Stream Input => input;

    /// <summary>How many bytes have been taken.</summary>
    public long PositionBytes => _bufferOffset + _at;

    /// <summary>Whether <see cref="ReadAhead"/> has begun what is still to be taken over.</summary>
    public bool IsReadingAhead => _ahead is not null;

    /// <summary>How many bytes are at hand that were not taken.</summary>
    public int BufferedBytes => _end - _at;

    /// <summary>The next number; null where the stream ends before it.</summary>
    public async ValueTask<ulong?> TryReadNumberAsync(CancellationToken ct)
    {
        ReleaseIfEmpty();
        return BufferedBytes > 0 || await FillAsync(1, isEndAllowed: true, ct).ConfigureAwait(false)
            ? await ReadNumberAsync(ct).ConfigureAwait(false)
            : null;
    }

    public ValueTask<ulong> ReadNumberAsync(CancellationToken ct)
    {
        return BufferedBytes >= NumberBytes ? new(TakeNumber()) : SlowAsync();

        async ValueTask<ulong> SlowAsync()
        {
            await FillAsync(NumberBytes, isEndAllowed: false, ct).ConfigureAwait(false);
            return TakeNumber();
        }
    }

    /// <summary>A number of at most 32 bits: flags, kinds, levels.</summary>
    /// <param name="what">What it is, for the message: "the build mode".</param>
    public async ValueTask<uint> ReadSmallAsync(string what, CancellationToken ct)
    {
        var number = await ReadNumberAsync(ct).ConfigureAwait(false);
        return number <= uint.MaxValue ? (uint)number : throw Fault($"{what} is {number}, which is too large");
    }

    /// <summary>A number that is a length, a size or a time: at most 63 bits.</summary>
    public async ValueTask<long> ReadSizeAsync(string what, CancellationToken ct)
    {
        var number = await ReadNumberAsync(ct).ConfigureAwait(false);
        return number <= long.MaxValue ? (long)number : throw Fault($"{what} is {number}, which is too large");
    }

    /// <summary>True for any number but zero.</summary>
    public async ValueTask<bool> ReadBoolAsync(CancellationToken ct) =>
        await ReadSmallAsync("a flag", ct).ConfigureAwait(false) != 0;

    /// <summary>How many items follow.</summary>
    public async ValueTask<int> ReadCountAsync(string what, CancellationToken ct)
    {
        var number = await ReadNumberAsync(ct).ConfigureAwait(false);
        return number <= WireLimits.MaxItems
            ? (int)number
            : throw Fault($"{number} {what} are announced; {WireLimits.MaxItems} are the most that is read");
    }

    /// <summary>A string as bytes.</summary>
    public async ValueTask<ByteString> ReadBytesAsync(int maxBytes, CancellationToken ct)
    {
        var length = await ReadNumberAsync(ct).ConfigureAwait(false);
        if (length > (ulong)maxBytes)
            throw Fault($"a string of {length} bytes is announced; {maxBytes} are the most that is read here");
        if (length == 0)
            return ByteString.Empty;
        var padded = ((int)length + 7) & ~7;
        if (padded > TrustedBytes)
            return await LongAsync((int)length, padded, ct).ConfigureAwait(false);
        if (padded > BufferedBytes)
            await FillAsync(padded, isEndAllowed: false, ct).ConfigureAwait(false);
        var bytes = _buffer.AsSpan(_at, padded);
        CheckPadding(bytes[(int)length..]);
        _at += padded;
        return ByteString.FromBytes(bytes[..(int)length]);
    }

    /// <summary>A string that must be UTF-8.</summary>
    public async ValueTask<string> ReadTextAsync(CancellationToken ct, int maxBytes = WireLimits.MaxTextBytes)
    {
        var bytes = await ReadBytesAsync(maxBytes, ct).ConfigureAwait(false);
        return bytes.TryGetUtf8(out var text) ? text : throw Fault("a text is not UTF-8");
    }

    /// <summary>Some of the bytes that follow, as they are; 0 at the end of the stream.</summary>
    public async ValueTask<int> ReadRawAsync(Memory<byte> destination, CancellationToken ct)
    {
        if (BufferedBytes == 0)
        {
            if (_ahead is null && destination.Length >= BufferBytes)
            {
                var direct = await input.ReadAsync(destination, ct).ConfigureAwait(false);
                _bufferOffset += direct;
                return direct;
            }
            if (!await FillAsync(1, isEndAllowed: true, ct).ConfigureAwait(false))
                return 0;
        }
        var count = Math.Min(destination.Length, BufferedBytes);
        _buffer.AsMemory(_at, count).CopyTo(destination);
        _at += count;
        return count;
    }

    /// <summary>Begins to read what follows, unless that is under way; nothing is taken, and nothing else need be called off. Answers
    /// how many bytes have come: 0 at the end of the stream. Null where there is no room for more.</summary>
    public ValueTask<int>? ReadAhead()
    {
        AcceptAhead();
        if (BufferedBytes >= BufferBytes / 2)
            return null;
        if (_ahead is null)
        {
            MakeRoom(BufferedBytes + 1);
            _ahead = input.ReadAsync(_buffer.AsMemory(_end), CancellationToken.None).Preserve();
        }
        return _ahead;
    }

    /// <summary>A fault at the present place of the stream.</summary>
    public NixFormatException Fault(string message) => new($"Protocol: {message}", PositionBytes);

    /// <summary>Gives the buffer back; the stream stays open.</summary>
    public void Dispose()
    {
        _at = _end;
        ReleaseIfEmpty();
    }

    private async ValueTask<ByteString> LongAsync(int length, int padded, CancellationToken ct)
    {
        var bytes = new ArrayBufferWriter<byte>(TrustedBytes);
        while (bytes.WrittenCount < padded)
        {
            var room = bytes.GetMemory(TrustedBytes);
            room = room[..Math.Min(room.Length, padded - bytes.WrittenCount)];
            var count = await ReadRawAsync(room, ct).ConfigureAwait(false);
            if (count == 0)
                throw End();
            bytes.Advance(count);
        }
        CheckPadding(bytes.WrittenSpan[length..]);
        return ByteString.FromBytes(bytes.WrittenSpan[..length]);
    }

    private ulong TakeNumber()
    {
        var number = BinaryPrimitives.ReadUInt64LittleEndian(_buffer.AsSpan(_at, NumberBytes));
        _at += NumberBytes;
        return number;
    }

    private void CheckPadding(ReadOnlySpan<byte> padding)
    {
        if (padding.ContainsAnyExcept((byte)0))
            throw Fault("a string is filled up with other bytes than zeros");
    }

    /// <summary>Reads until this many bytes are at hand; false at the end of the stream, where that is allowed.</summary>
    private async ValueTask<bool> FillAsync(int wantedBytes, bool isEndAllowed, CancellationToken ct)
    {
        if (_ahead is { } ahead)
        {
            await ahead.ConfigureAwait(false);
            if (!AcceptAhead())
                return isEndAllowed ? false : throw End();
        }
        if (_buffer.Length == 0)
            await input.ReadAsync(Memory<byte>.Empty, ct).ConfigureAwait(false);
        MakeRoom(wantedBytes);
        while (BufferedBytes < wantedBytes)
        {
            var count = await input.ReadAsync(_buffer.AsMemory(_end), ct).ConfigureAwait(false);
            if (count == 0)
                return isEndAllowed ? false : throw End();
            _end += count;
        }
        return true;
    }

    /// <summary>Takes over what was read ahead, if it has come; false at the end of the stream, which stays there.</summary>
    private bool AcceptAhead()
    {
        if (_ahead is not { IsCompletedSuccessfully: true } ahead)
            return true;
        if (ahead.Result == 0)
            return false;
        _end += ahead.Result;
        _ahead = null;
        return true;
    }

    private void MakeRoom(int wantedBytes)
    {
        if (_at + wantedBytes <= _buffer.Length)
            return;
        var old = _buffer;
        var to = wantedBytes <= old.Length ? old : ArrayPool<byte>.Shared.Rent(Math.Max(wantedBytes, BufferBytes));
        old.AsSpan(_at, BufferedBytes).CopyTo(to);
        _bufferOffset += _at;
        (_at, _end, _buffer) = (0, BufferedBytes, to);
        if (old.Length > 0 && !ReferenceEquals(old, to))
            ArrayPool<byte>.Shared.Return(old);
    }

    private void ReleaseIfEmpty()
    {
        if (BufferedBytes > 0 || _buffer.Length == 0 || _ahead is not null)
            return;
        _bufferOffset += _at;
        ArrayPool<byte>.Shared.Return(_buffer);
        (_at, _end, _buffer) = (0, 0, []);
    }

    private EndOfStreamException End() =>
        new($"The peer stopped in the middle of a message (at byte {PositionBytes}).");
}
