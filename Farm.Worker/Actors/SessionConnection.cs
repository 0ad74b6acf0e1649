using System.Buffers;
using System.Net.WebSockets;
using System.Threading.Channels;
using Farm.Protocol;
using Farm.Worker.Execution;

namespace Farm.Worker.Actors;

/// <summary>One WebSocket to a coordinator: sends in order, hands on what it receives, ends when either side does.</summary>
internal sealed class SessionConnection : IDisposable
{
    private readonly ClientWebSocket _socket;
    private readonly LogSpool _spool;
    private readonly Channel<Outgoing> _outgoing = Channel.CreateUnbounded<Outgoing>(
        new UnboundedChannelOptions { SingleReader = true }
    );

    private SessionConnection(ClientWebSocket socket, LogSpool spool) => (_socket, _spool) = (socket, spool);

    /// <exception cref="WebSocketException">The coordinator cannot be reached or does not answer as one.</exception>
    public static async Task<SessionConnection> ConnectAsync(
        SessionSettings settings,
        LogSpool spool,
        CancellationToken ct
    )
    {
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.KeepAliveInterval = settings.KeepAlive;
            socket.Options.KeepAliveTimeout = settings.KeepAlive;
            using var timer = CancellationTokenSource.CreateLinkedTokenSource(ct);
            timer.CancelAfter(settings.ConnectTimeout);
            await socket.ConnectAsync(settings.SessionUrl, timer.Token).ConfigureAwait(false);
            return new SessionConnection(socket, spool);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Queues what is sent when everything before it is; after the end it is dropped, as the next session says all again.</summary>
    public void Enqueue(Outgoing outgoing) => _outgoing.Writer.TryWrite(outgoing);

    /// <summary>Closes the session in good order once everything queued is sent.</summary>
    public void Complete() => _outgoing.Writer.TryComplete();

    /// <summary>Sends and receives until the session ends.</summary>
    /// <returns>Why it ended, when that was in good order.</returns>
    public async Task<string> RunAsync(Action<CoordinatorMessage> received, CancellationToken ct)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var sending = SendAsync(ending.Token);
        var receiving = ReceiveAsync(received, ending.Token);
        var first = await Task.WhenAny(sending, receiving).ConfigureAwait(false);
        if (first == sending && sending.IsCompletedSuccessfully)
            return await receiving.ConfigureAwait(false);

        await ending.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(sending, receiving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first.ConfigureAwait(false);
        return await receiving.ConfigureAwait(false);
    }

    public void Dispose() => _socket.Dispose();

    private async Task SendAsync(CancellationToken ct)
    {
        await foreach (var outgoing in _outgoing.Reader.ReadAllAsync(ct).ConfigureAwait(false))
        {
            if (await ToMessageAsync(outgoing, ct).ConfigureAwait(false) is { } message)
            {
                var bytes = MessageCodec.Encode(message);
                await _socket
                    .SendAsync(bytes.AsMemory(), WebSocketMessageType.Text, endOfMessage: true, ct)
                    .ConfigureAwait(false);
            }
        }

        await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "the worker ends", ct).ConfigureAwait(false);
    }

    /// <summary>The message, or null where the log was removed meanwhile: nobody wants it any more.</summary>
    private async ValueTask<WorkerMessage?> ToMessageAsync(Outgoing outgoing, CancellationToken ct)
    {
        switch (outgoing)
        {
            case Outgoing.Message message:
                return message.Value;
            case Outgoing.LogPiece piece:
                var bytes = await _spool.ReadAsync(piece.Key, piece.Offset, piece.Count, ct).ConfigureAwait(false);
                return bytes is null ? null : new WorkerMessage.LogChunk(piece.Key.Attempt, piece.Offset, bytes);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private async Task<string> ReceiveAsync(Action<CoordinatorMessage> received, CancellationToken ct)
    {
        var buffer = new ArrayBufferWriter<byte>(64 * 1024);
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer.GetMemory(16 * 1024), ct).ConfigureAwait(false);
            if (part.MessageType == WebSocketMessageType.Close)
                return _socket.CloseStatusDescription is { Length: > 0 } reason ? reason : "the coordinator closed it";
            buffer.Advance(part.Count);
            if (buffer.WrittenCount > MessageCodec.MaxMessageBytes)
                throw new ProtocolException($"a message is longer than {MessageCodec.MaxMessageBytes} bytes");
            if (!part.EndOfMessage)
                continue;
            received(MessageCodec.DecodeCoordinatorMessage(buffer.WrittenSpan));
            buffer.ResetWrittenCount();
        }
    }
}
