using System.Net.WebSockets;
using System.Threading.Channels;
using Farm.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Farm.Tests.Worker.Actors;

/// <summary>A coordinator that is no more than its session, over a real socket; the test plays its part.</summary>
internal sealed class FakeCoordinator : IAsyncDisposable
{
    /// <summary>How long a test waits for what should come at once.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Channel<(WebSocket, ChannelReader<WorkerMessage>)> _sessions = Channel.CreateUnbounded<(
        WebSocket,
        ChannelReader<WorkerMessage>
    )>();
    private readonly CancellationTokenSource _ending = new();
    private readonly WebApplication _host;
    private WebSocket? _session;
    private ChannelReader<WorkerMessage>? _heard;

    private FakeCoordinator(Action<WebApplication>? map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _host = builder.Build();
        _host.UseWebSockets();
        _host.Use(
            (context, next) =>
            {
                if (ServesArchives || !context.Request.Path.StartsWithSegments("/nar", StringComparison.Ordinal))
                    return next(context);
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            }
        );
        _host.Map("/session", AcceptAsync);
        map?.Invoke(_host);
    }

    public Uri Url { get; private set; } = new("http://127.0.0.1/");

    /// <summary>Whether NARs can be had here.</summary>
    public bool ServesArchives { get; set; } = true;

    public Uri SessionUrl => new UriBuilder(Url) { Scheme = "ws", Path = "/session" }.Uri;

    /// <param name="map">What it serves besides the session.</param>
    public static async Task<FakeCoordinator> StartAsync(Action<WebApplication>? map = null)
    {
        var coordinator = new FakeCoordinator(map);
        await coordinator._host.StartAsync();
        var addresses = coordinator._host.Services.GetRequiredService<IServer>().Features;
        coordinator.Url = new Uri(addresses.Get<IServerAddressesFeature>()!.Addresses.Single());
        return coordinator;
    }

    /// <summary>Waits for the next session and answers its hello.</summary>
    public async Task<WorkerMessage.Hello> WelcomeAsync()
    {
        using var timer = new CancellationTokenSource(Patience);
        (_session, _heard) = await _sessions.Reader.ReadAsync(timer.Token);
        var hello = Assert.IsType<WorkerMessage.Hello>(await HearAsync());
        await SayAsync(new CoordinatorMessage.Welcome("c1", TimeSpan.FromSeconds(1)));
        foreach (var report in hello.Attempts)
            await SayAsync(new CoordinatorMessage.LogAcknowledged(report.Attempt, Acknowledged));
        return hello;
    }

    /// <summary>What a new session is told that the log has.</summary>
    public long Acknowledged { get; set; }

    public Task SayAsync(CoordinatorMessage message) =>
        Session.SendAsync(MessageCodec.Encode(message), WebSocketMessageType.Text, true, CancellationToken.None);

    public Task DesireAsync(params DesiredAttempt[] orders) =>
        SayAsync(new CoordinatorMessage.DesiredState([.. orders]));

    /// <summary>The next message.</summary>
    /// <exception cref="ChannelClosedException">The session has ended.</exception>
    public async Task<WorkerMessage> HearAsync()
    {
        using var timer = new CancellationTokenSource(Patience);
        return await Heard.ReadAsync(timer.Token);
    }

    /// <summary>The first message of a kind that fits; others are passed over.</summary>
    public async Task<T> HearAsync<T>(Predicate<T> fits)
        where T : WorkerMessage
    {
        while (true)
        {
            if (await HearAsync() is T message && fits(message))
                return message;
        }
    }

    /// <summary>Waits until an attempt is reported as finished.</summary>
    public async Task<BuildOutcome> OutcomeAsync(AttemptId attempt)
    {
        var state = await HearAsync<WorkerMessage.CurrentState>(state =>
            state.Attempts.Any(report => report.Attempt == attempt && report.Outcome is not null)
        );
        return state.Attempts.Single(report => report.Attempt == attempt).Outcome!;
    }

    /// <summary>Breaks the connection without a word.</summary>
    public void Drop() => Session.Abort();

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _host.DisposeAsync();
        _ending.Dispose();
    }

    private WebSocket Session => _session ?? throw new InvalidOperationException("there is no session yet");

    private ChannelReader<WorkerMessage> Heard =>
        _heard ?? throw new InvalidOperationException("there is no session yet");

    private async Task AcceptAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var heard = Channel.CreateUnbounded<WorkerMessage>();
        await _sessions.Writer.WriteAsync((socket, heard.Reader));
        try
        {
            while (await ReceiveAsync(socket, _ending.Token) is { } message)
                await heard.Writer.WriteAsync(message);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, _ending.Token);
        }
        catch (Exception end) when (end is WebSocketException or OperationCanceledException or ProtocolException)
        {
            heard.Writer.Complete(end);
            return;
        }

        heard.Writer.Complete();
    }

    /// <returns>Null when the worker closed the session.</returns>
    private static async Task<WorkerMessage?> ReceiveAsync(WebSocket socket, CancellationToken ct)
    {
        var bytes = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, ct);
            if (part.MessageType == WebSocketMessageType.Close)
                return null;
            bytes.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
                return MessageCodec.DecodeWorkerMessage(bytes.ToArray());
        }
    }
}
