using System.Net;
using System.Net.Sockets;

namespace Farm.Client.Connections;

/// <summary>A TCP connection with what was received and not yet read.</summary>
internal sealed class PlainConnection : IDisposable
{
    private const int MaxHeadBytes = 64 * 1024;

    private readonly Socket _socket;
    private byte[] _buffer = new byte[16 * 1024];
    private int _begin;
    private int _end;

    private PlainConnection(Socket socket) => _socket = socket;

    /// <exception cref="SocketException">Nobody answers there.</exception>
    public static async Task<PlainConnection> ConnectAsync(EndPoint endPoint, CancellationToken ct)
    {
        var socket =
            endPoint is IPEndPoint
                ? new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
                : new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.NoDelay = true;
            await socket.ConnectAsync(endPoint, ct).ConfigureAwait(false);
            return new PlainConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Whether the other side has sent nothing, not even the end of the connection.</summary>
    public bool IsQuiet() => _begin == _end && !_socket.Poll(0, SelectMode.SelectRead);

    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        while (!bytes.IsEmpty)
        {
            var sent = await _socket.SendAsync(bytes, SocketFlags.None, ct).ConfigureAwait(false);
            bytes = bytes[sent..];
        }
    }

    /// <summary>Reads to the empty line; answers that only announce another one (1xx) are passed over.</summary>
    public async Task<AnswerHead> ReadHeadAsync(CancellationToken ct)
    {
        while (true)
        {
            var at = Received().IndexOf("\r\n\r\n"u8);
            if (at < 0)
            {
                if (_end - _begin > MaxHeadBytes)
                {
                    throw new HttpRequestException(
                        HttpRequestError.InvalidResponse,
                        $"the head of the answer is longer than {MaxHeadBytes} bytes"
                    );
                }
                await FillAsync(ct).ConfigureAwait(false);
                continue;
            }
            var head = AnswerHead.Parse(Received()[..at]);
            _begin += at + 4;
            if ((int)head.Status >= 200)
            {
                return head;
            }
        }
    }

    /// <summary>A line without its CR LF.</summary>
    /// <exception cref="IOException">The connection ends before the line does, or the line is too long.</exception>
    public async Task<byte[]> ReadLineAsync(int maxBytes, CancellationToken ct)
    {
        while (true)
        {
            var at = Received().IndexOf("\r\n"u8);
            if (at >= 0)
            {
                var line = Received()[..at].ToArray();
                _begin += at + 2;
                return line;
            }
            if (_end - _begin > maxBytes)
            {
                throw new IOException($"a line between chunks is longer than {maxBytes} bytes");
            }
            await FillAsync(ct).ConfigureAwait(false);
        }
    }

    /// <summary>Some bytes, at least one unless the connection has ended.</summary>
    public ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken ct)
    {
        if (_begin == _end)
        {
            return _socket.ReceiveAsync(destination, SocketFlags.None, ct);
        }
        var length = Math.Min(destination.Length, _end - _begin);
        Received()[..length].CopyTo(destination.Span);
        _begin += length;
        return ValueTask.FromResult(length);
    }

    public void Dispose() => _socket.Dispose();

    private Span<byte> Received() => _buffer.AsSpan(_begin, _end - _begin);

    private async Task FillAsync(CancellationToken ct)
    {
        if (_begin == _end)
        {
            (_begin, _end) = (0, 0);
        }
        if (_end == _buffer.Length)
        {
            var kept = Received();
            var next = kept.Length > _buffer.Length / 2 ? new byte[_buffer.Length * 2] : _buffer;
            kept.CopyTo(next);
            (_buffer, _begin, _end) = (next, 0, kept.Length);
        }
        var received = await _socket.ReceiveAsync(_buffer.AsMemory(_end), SocketFlags.None, ct).ConfigureAwait(false);
        if (received == 0)
        {
            throw new IOException("the other side ended the connection");
        }
        _end += received;
    }
}
