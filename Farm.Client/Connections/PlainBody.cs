using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Farm.Store.Streams;

namespace Farm.Client.Connections;

/// <summary>The body of an answer, read from its connection.</summary>
/// <param name="connection">Where it comes from; ended with the stream unless the body was read to its end.</param>
/// <param name="head">How it is transferred.</param>
/// <param name="finished">Called once when the body was read to its end; takes over the connection.</param>
internal sealed class PlainBody(PlainConnection connection, AnswerHead head, Action finished) : OneWayStream
{
    private const int MaxChunkLine = 1024;

    /// <summary>Bytes that are left of the body or of the present chunk; null where only the connection's end tells.</summary>
    private long? _left = head.IsChunked ? 0 : head.Length;
    private bool _isFirstChunk = true;
    private bool _isOver;

    public override bool CanRead => true;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isOver || buffer.IsEmpty)
        {
            return 0;
        }
        try
        {
            if (_left == 0 && !await NextChunkAsync(cancellationToken).ConfigureAwait(false))
            {
                Finish();
                return 0;
            }
            var part = _left is { } left && left < buffer.Length ? buffer[..(int)left] : buffer;
            var read = await connection.ReadAsync(part, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                if (_left is not null)
                {
                    throw new IOException("the other side ended the connection before the end of its answer");
                }
                Finish();
                return 0;
            }
            _left -= read;
            if (_left == 0 && !head.IsChunked)
            {
                Finish();
            }
            return read;
        }
        catch (SocketException error)
        {
            throw new IOException(error.Message, error);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isOver)
        {
            _isOver = true;
            connection.Dispose();
        }
        base.Dispose(disposing);
    }

    /// <summary>Shape: the length in hexadecimal digits, perhaps <c>;</c> and extensions; after the last chunk, whose length is 0, trailers to an empty line.</summary>
    /// <returns>False after the last chunk.</returns>
    private async Task<bool> NextChunkAsync(CancellationToken ct)
    {
        if (!head.IsChunked)
        {
            return false; // a body of no bytes
        }
        if (!_isFirstChunk && (await connection.ReadLineAsync(MaxChunkLine, ct).ConfigureAwait(false)).Length > 0)
        {
            throw new IOException("a chunk of the answer is longer than it says");
        }
        _isFirstChunk = false;
        var line = Encoding.Latin1.GetString(await connection.ReadLineAsync(MaxChunkLine, ct).ConfigureAwait(false));
        var digits = line.Split(';')[0].Trim();
        if (
            !long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var length)
            || length < 0
        )
        {
            throw new IOException($"'{digits}' is no length of a chunk of the answer");
        }
        if (length > 0)
        {
            _left = length;
            return true;
        }
        while ((await connection.ReadLineAsync(MaxChunkLine, ct).ConfigureAwait(false)).Length > 0) { }
        return false;
    }

    private void Finish()
    {
        _isOver = true;
        finished();
    }
}
