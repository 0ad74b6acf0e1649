using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Farm.Coordinator.Actors;
using Farm.Coordinator.Planning;
using Farm.Coordinator.Scheduling;
using Farm.Protocol;
using Farm.Store.Paths;
using Microsoft.Extensions.Logging.Abstractions;

namespace Farm.Tests.Coordinator.Actors;

/// <summary>The actor of a session with a scheduler that says what a test wants, over a real WebSocket.</summary>
public sealed class WorkerLinkActorTests : TestKit
{
    private static readonly WorkerId Worker = WorkerId.Parse("w1");

    [Fact]
    public async Task What_the_worker_reports_to_have_is_wanted_even_while_the_scheduler_takes_it_for_offered()
    {
        await using var farm = await CoordinatorHost.StartAsync();
        var (a, b) = (Offered(await farm.AddDerivationAsync("a")), Offered(await farm.AddDerivationAsync("b")));
        var (ours, theirs) = await ConnectAsync(farm.Limit);
        using var worker = theirs;
        var scheduler = CreateTestProbe();
        var link = Link(farm, scheduler, ours);
        await SendAsync(
            worker,
            new WorkerMessage.Hello(
                MessageCodec.Version,
                Worker,
                StoreDir.Default.Text,
                new WorkerCapabilities(["x86_64-linux"], [], [], 2),
                null,
                []
            ),
            farm.Limit
        );
        scheduler.ExpectMsg<SchedulerMessage.SessionOpened>();
        link.Tell(new SchedulerMessage.Wanted([a]));
        await WantedAsync(worker, a, farm.Limit);

        var report = new AttemptReport(a.Attempt.Id, 1, BuildPhase.Building, 0);
        await SendAsync(worker, new WorkerMessage.CurrentState([report]), farm.Limit);
        scheduler.ExpectMsg<SchedulerMessage.Happened>(); // The session knows of it now; the scheduler does not yet.
        link.Tell(new SchedulerMessage.Wanted([a, b]));
        var desired = await WantedAsync(worker, b, farm.Limit);
        Assert.Contains(desired.Attempts, attempt => attempt.Attempt == a.Attempt.Id);
    }

    private static SchedulerMessage.WantedAttempt Offered(StorePath drvPath)
    {
        var now = TimeProvider.System.GetUtcNow();
        var id = AttemptId.Create(Guid.NewGuid());
        return new(drvPath, new Attempt(id, 1, Worker, BuildPhase.Offered, now, now), BuildOptions.None);
    }

    private IActorRef Link(CoordinatorHost farm, TestProbe scheduler, WebSocket socket)
    {
        var minute = TimeSpan.FromMinutes(1);
        var limits = new PhaseLimits(minute, minute, minute, minute, minute, minute);
        var parts = new WorkerLinkParts(
            new WorkerLinkSettings("coordinator", StoreDir.Default.Text, minute, limits),
            scheduler.Ref,
            CreateTestProbe().Ref,
            new RequestSource(farm.Node.Store),
            new InputLocations(),
            TimeProvider.System
        );
        var ended = new TaskCompletionSource();
        return Sys.ActorOf(
            Props.Create(() => new WorkerLinkActor(parts, new WorkerSocket(socket), 1, ended, NullLogger.Instance))
        );
    }

    private static async Task<(WebSocket Ours, WebSocket Theirs)> ConnectAsync(CancellationToken ct)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, ct);
        var server = await listener.AcceptTcpClientAsync(ct);
        return (
            WebSocket.CreateFromStream(server.GetStream(), new WebSocketCreationOptions { IsServer = true }),
            WebSocket.CreateFromStream(client.GetStream(), new WebSocketCreationOptions())
        );
    }

    private static async Task SendAsync(WebSocket socket, WorkerMessage message, CancellationToken ct) =>
        await socket.SendAsync(MessageCodec.Encode(message).AsMemory(), WebSocketMessageType.Text, true, ct);

    /// <summary>The next desired state that has this attempt.</summary>
    private static async Task<CoordinatorMessage.DesiredState> WantedAsync(
        WebSocket socket,
        SchedulerMessage.WantedAttempt wanted,
        CancellationToken ct
    )
    {
        var buffer = new byte[1 << 20];
        while (true)
        {
            var count = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer.AsMemory(count), ct);
                count += part.Count;
            } while (!part.EndOfMessage);
            if (
                MessageCodec.DecodeCoordinatorMessage(buffer.AsSpan(0, count))
                    is CoordinatorMessage.DesiredState desired
                && desired.Attempts.Any(attempt => attempt.Attempt == wanted.Attempt.Id)
            )
            {
                return desired;
            }
        }
    }
}
