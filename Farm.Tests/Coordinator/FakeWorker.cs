using System.Buffers;
using System.Collections.Immutable;
using System.Net.WebSockets;
using Farm.Protocol;
using Farm.Store.Local;
using Farm.Store.Paths;

namespace Farm.Tests.Coordinator;

/// <summary>A worker that says and does exactly what a test tells it, over a real WebSocket.</summary>
internal sealed class FakeWorker : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly CoordinatorHost _host;

    private FakeWorker(CoordinatorHost host) => _host = host;

    public static async Task<FakeWorker> ConnectAsync(
        CoordinatorHost host,
        string name,
        string storeDir,
        AttemptReport[] has
    )
    {
        var worker = new FakeWorker(host);
        var address = new UriBuilder(host.Node.Address) { Scheme = "ws", Path = "/session" }.Uri;
        await worker._socket.ConnectAsync(address, host.Limit);
        var capabilities = new WorkerCapabilities(["x86_64-linux"], [], [], Slots: 2);
        await worker.SendAsync(
            new WorkerMessage.Hello(MessageCodec.Version, WorkerId.Parse(name), storeDir, capabilities, null, [.. has])
        );
        return worker;
    }

    public async Task SendAsync(WorkerMessage message) =>
        await _socket.SendAsync(MessageCodec.Encode(message).AsMemory(), WebSocketMessageType.Text, true, _host.Limit);

    /// <summary>The next message of this kind; others are passed over.</summary>
    public async Task<T> ReceiveAsync<T>(Func<T, bool>? isWanted = null)
        where T : CoordinatorMessage
    {
        while (true)
        {
            if (await ReceiveAsync() is T message && (isWanted is null || isWanted(message)))
            {
                return message;
            }
        }
    }

    public async Task<CoordinatorMessage> ReceiveAsync()
    {
        var buffer = new ArrayBufferWriter<byte>();
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer.GetMemory(4096), _host.Limit);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                throw new InvalidOperationException(
                    $"the coordinator closed the session: {_socket.CloseStatusDescription}"
                );
            }

            buffer.Advance(part.Count);
            if (part.EndOfMessage)
            {
                return MessageCodec.DecodeCoordinatorMessage(buffer.WrittenSpan);
            }
        }
    }

    /// <summary>The next attempts that come with a request.</summary>
    public async Task<ImmutableArray<DesiredAttempt>> ReceiveWorkAsync(int count = 1) =>
        (
            await ReceiveAsync<CoordinatorMessage.DesiredState>(state =>
                state.Attempts.Count(attempt => attempt.Request is not null) >= count
            )
        ).Attempts;

    public Task ReportAsync(params AttemptReport[] has) => SendAsync(new WorkerMessage.CurrentState([.. has]));

    public static AttemptReport In(DesiredAttempt attempt, BuildPhase phase) =>
        new(attempt.Attempt, attempt.Epoch, phase, 0);

    public static AttemptReport Ended(DesiredAttempt attempt, BuildOutcome outcome) =>
        new(attempt.Attempt, attempt.Epoch, BuildPhase.Finished, 0, outcome);

    /// <summary>Puts the outputs into the coordinator's store and reports success.</summary>
    public async Task BuildAsync(DesiredAttempt attempt, StorePath drvPath)
    {
        await RegisterAsync(attempt.Request!.Outputs[0].Path, drvPath);
        await ReportAsync(Ended(attempt, new BuildOutcome.Built([], TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2))));
    }

    public async Task RegisterAsync(StorePath output, StorePath drvPath)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "hello\n", _host.Limit);
        await _host.Node.Store.RegisterOutputsAsync([new BuiltOutput(output, file)], [], drvPath, _host.Limit);
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        _socket.Dispose();
        await ValueTask.CompletedTask;
    }
}
