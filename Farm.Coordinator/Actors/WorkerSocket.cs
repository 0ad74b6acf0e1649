using System.Buffers;
using System.Net.WebSockets;
using Farm.Protocol;

namespace Farm.Coordinator.Actors;

/// <summary>The wire of one session: whole messages in and out.</summary>
internal sealed class WorkerSocket(WebSocket socket)
{
    private static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(2);

    /// <summary>Hands on each message until the worker closes the session.</summary>
    /// <returns>Why it ended.</returns>
    /// <exception cref="ProtocolException">A message cannot be accepted.</exception>
    /// <exception cref="WebSocketException">The connection broke.</exception>
    public async Task<string> ReceiveAsync(Action<WorkerMessage> received, CancellationToken ct)
    {
        var buffer = new ArrayBufferWriter<byte>(64 * 1024);
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.GetMemory(16 * 1024), ct).ConfigureAwait(false);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return socket.CloseStatusDescription is { Length: > 0 } reason ? reason : "the worker closed it";
            }

            buffer.Advance(part.Count);
            if (buffer.WrittenCount > MessageCodec.MaxMessageBytes)
            {
                throw new ProtocolException($"a message is longer than {MessageCodec.MaxMessageBytes} bytes");
            }

            if (part.EndOfMessage)
            {
                received(MessageCodec.DecodeWorkerMessage(buffer.WrittenSpan));
                buffer.ResetWrittenCount();
            }
        }
    }

    /// <summary>One send at a time.</summary>
    public async Task SendAsync(CoordinatorMessage message, CancellationToken ct) =>
        await socket
            .SendAsync(MessageCodec.Encode(message).AsMemory(), WebSocketMessageType.Text, endOfMessage: true, ct)
            .ConfigureAwait(false);

    /// <summary>Says good-bye; a worker that does not listen is left.</summary>
    public async Task CloseAsync(string reason)
    {
        using var timer = new CancellationTokenSource(LongestFarewell);
        try
        {
            // A close reason has at most 123 bytes.
            var text = reason.Length <= 100 ? reason : reason[..100];
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, text, timer.Token).ConfigureAwait(false);
        }
        catch (Exception gone)
            when (gone is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            socket.Abort();
        }
    }
}
