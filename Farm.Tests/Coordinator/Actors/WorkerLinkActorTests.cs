using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Farm.Coordinator.Actors;
using Farm.Coordinator.Planning;
using Farm.Coordinator.Scheduling;
using Farm.Protocol;
using Farm.Store.Paths;
using Farm.Tests.Support;
using Farm.Tests.Worker.Core;
using Farm.Tests.Worker.Execution;
using Microsoft.Extensions.Logging.Abstractions;

namespace Farm.Tests.Coordinator.Actors;

/// <summary>One session, with probes in the places of the scheduler and the logs, and a real WebSocket to a scripted worker.</summary>
public sealed class WorkerLinkActorTests : ActorTests, IAsyncLifetime
{
    private static readonly WorkerId Name = WorkerId.Parse("w1");
    private readonly TestProbe _scheduler;
    private readonly TestProbe _logs;
    private readonly TcpClient _near = new();
    private TcpClient _far = null!; // InitializeAsync sets these
    private WebSocket _worker = null!;
    private IActorRef _link = null!;

    public WorkerLinkActorTests() => (_scheduler, _logs) = (CreateTestProbe(), CreateTestProbe());

    public async Task InitializeAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await _near.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        _far = await listener.AcceptTcpClientAsync();
        _worker = WebSocket.CreateFromStream(_near.GetStream(), new WebSocketCreationOptions());
        var socket = new WorkerSocket(
            WebSocket.CreateFromStream(_far.GetStream(), new WebSocketCreationOptions { IsServer = true })
        );
        var settings = new WorkerLinkSettings("c1", StoreDir.Default.Text, TimeSpan.FromMinutes(1), SomeWorker.Limits);
        var parts = new WorkerLinkParts(
            settings,
            _scheduler.Ref,
            _logs.Ref,
            new RequestSource(new FakeStore(), new DerivationSource(new FakeStore())),
            new InputLocations(),
            TimeProvider.System
        );
        var ended = new TaskCompletionSource();
        _link = Sys.ActorOf(
            Props.Create(() => new WorkerLinkActor(parts, socket, 1, ended, NullLogger.Instance)),
            "link"
        );
        await SayAsync(
            new WorkerMessage.Hello(
                MessageCodec.Version,
                Name,
                StoreDir.Default.Text,
                new WorkerCapabilities(["x86_64-linux"], [], [], Slots: 1),
                null,
                []
            )
        );
        _scheduler.ExpectMsg<SchedulerMessage.SessionOpened>();
        Assert.IsType<CoordinatorMessage.Welcome>(await HearAsync());
    }

    public Task DisposeAsync()
    {
        _worker.Dispose();
        _near.Dispose();
        _far.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task What_the_worker_has_reported_is_listed_while_the_scheduler_still_calls_it_offered()
    {
        var attempt = SomeWorker.Attempt(1);
        await SayAsync(
            new WorkerMessage.CurrentState([new AttemptReport(attempt, 1, BuildPhase.Finished, 0, SomeOutcome)])
        );
        _scheduler.ExpectMsg<SchedulerMessage.Happened>();
        _link.Tell(Wanted(attempt));
        var desired = Assert.IsType<CoordinatorMessage.DesiredState>(await HearAsync());
        var listed = Assert.Single(desired.Attempts);
        Assert.Equal((attempt, 1, null), (listed.Attempt, listed.Epoch, listed.Request));
    }

    [Fact]
    public async Task A_log_that_cannot_be_stored_ends_the_session_so_that_it_is_sent_again()
    {
        var attempt = SomeWorker.Attempt(1);
        await SayAsync(new WorkerMessage.CurrentState([new AttemptReport(attempt, 1, BuildPhase.Building, 1)]));
        _scheduler.ExpectMsg<SchedulerMessage.Happened>();
        _link.Tell(Wanted(attempt));
        Assert.IsType<CoordinatorMessage.DesiredState>(await HearAsync());
        await SayAsync(new WorkerMessage.LogChunk(attempt, 0, "x"u8.ToArray()));
        _logs.ExpectMsg<LogMessage.Store>();
        _link.Tell(new LogMessage.NotStored(attempt, "no space left"), _logs.Ref);
        Assert.Null(await HearAsync());
        Assert.Contains("no space left", _worker.CloseStatusDescription, StringComparison.Ordinal);
    }

    private static BuildOutcome.Built SomeOutcome => new([], TimeSpan.Zero, TimeSpan.Zero);

    private static SchedulerMessage.Wanted Wanted(AttemptId attempt) =>
        new([
            new SchedulerMessage.WantedAttempt(
                FakeStore.PathOf("a.drv"),
                new Attempt(attempt, 1, Name, BuildPhase.Offered, default, default),
                BuildOptions.None,
                FakeStore.PathOf("a.drv")
            ),
        ]);

    private async Task SayAsync(WorkerMessage message) =>
        await _worker.SendAsync(MessageCodec.Encode(message).AsMemory(), WebSocketMessageType.Text, true, default);

    /// <returns>Null when the coordinator has closed the session.</returns>
    private async Task<CoordinatorMessage?> HearAsync()
    {
        var buffer = new ArrayBufferWriter<byte>();
        while (true)
        {
            var part = await _worker.ReceiveAsync(buffer.GetMemory(4096), default);
            if (part.MessageType == WebSocketMessageType.Close)
                return null;
            buffer.Advance(part.Count);
            if (part.EndOfMessage)
                return MessageCodec.DecodeCoordinatorMessage(buffer.WrittenSpan);
        }
    }
}
