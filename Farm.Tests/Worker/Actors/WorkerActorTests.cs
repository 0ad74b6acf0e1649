using System.Text;
using System.Threading.Channels;
using Farm.Protocol;
using Farm.Tests.Worker.Core;
using Farm.Tests.Worker.Execution;
using Farm.Worker.Actors;
using Farm.Worker.Core;
using Farm.Worker.Execution;
using Microsoft.Extensions.Logging.Abstractions;

namespace Farm.Tests.Worker.Actors;

public sealed class WorkerActorTests : IAsyncLifetime
{
    private static readonly AttemptKey One = SomeWorker.Key(1);
    private readonly string _directory = Directory.CreateTempSubdirectory("farm-worker").FullName;
    private readonly ActorSystem _actors = ActorSystem.Create("worker-tests");
    private readonly TaskCompletionSource<string> _refused = new();
    private FakeCoordinator _coordinator = null!; // InitializeAsync sets it
    private IActorRef _worker = ActorRefs.Nobody;

    public async Task InitializeAsync() => _coordinator = await FakeCoordinator.StartAsync();

    public async Task DisposeAsync()
    {
        await _actors.Terminate();
        await _coordinator.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task An_assignment_is_built_and_its_log_and_outcome_are_reported()
    {
        Start(
            async (_, progress, ct) =>
            {
                await progress.EnterAsync(BuildPhase.Building, ct);
                await progress.LogAsync("hello\n"u8.ToArray(), ct);
                await progress.EnterAsync(BuildPhase.Uploading, ct);
                return FakeExecutor.Built;
            }
        );
        await _coordinator.WelcomeAsync();
        await _coordinator.DesireAsync(SomeWorker.Order(1));
        var chunk = await _coordinator.HearAsync<WorkerMessage.LogChunk>(_ => true);
        Assert.Equal("hello\n", Encoding.UTF8.GetString(chunk.Bytes.Span));
        Assert.IsType<BuildOutcome.Built>(await _coordinator.OutcomeAsync(One.Attempt));
    }

    [Fact]
    public async Task After_a_broken_connection_the_build_goes_on_and_the_log_resumes_where_it_was_acknowledged()
    {
        var goOn = new TaskCompletionSource();
        Start(
            async (_, progress, ct) =>
            {
                await progress.EnterAsync(BuildPhase.Building, ct);
                await progress.LogAsync("before,"u8.ToArray(), ct);
                await goOn.Task.WaitAsync(ct);
                await progress.LogAsync("after"u8.ToArray(), ct);
                return SomeWorker.Failed;
            }
        );
        await _coordinator.WelcomeAsync();
        await _coordinator.DesireAsync(SomeWorker.Order(1));
        await _coordinator.HearAsync<WorkerMessage.LogChunk>(_ => true);
        _coordinator.Drop();
        goOn.SetResult();
        _coordinator.Acknowledged = 3;
        var hello = await _coordinator.WelcomeAsync();
        Assert.Equal(One.Attempt, Assert.Single(hello.Attempts).Attempt);
        await _coordinator.DesireAsync(SomeWorker.Order(1, isKnown: true));
        var log = new MemoryStream();
        while (log.Length < "ore,after".Length)
        {
            var chunk = await _coordinator.HearAsync<WorkerMessage.LogChunk>(_ => true);
            Assert.Equal(3 + log.Length, chunk.Offset);
            log.Write(chunk.Bytes.Span);
        }

        Assert.Equal("ore,after", Encoding.UTF8.GetString(log.ToArray()));
        Assert.IsType<BuildOutcome.BuilderFailed>(await _coordinator.OutcomeAsync(One.Attempt));
    }

    [Fact]
    public async Task An_attempt_that_is_no_longer_wanted_is_cancelled()
    {
        var cancelled = new TaskCompletionSource();
        Start(
            async (_, _, ct) =>
            {
                await using var registration = ct.Register(() => cancelled.SetResult());
                await Task.Delay(Timeout.Infinite, ct);
                return FakeExecutor.Built;
            }
        );
        await _coordinator.WelcomeAsync();
        await _coordinator.DesireAsync(SomeWorker.Order(1));
        await _coordinator.HearAsync<WorkerMessage.CurrentState>(state => state.Attempts.Length == 1);
        await _coordinator.DesireAsync();
        await cancelled.Task;
        await _coordinator.HearAsync<WorkerMessage.CurrentState>(state => state.Attempts.IsEmpty);
    }

    [Fact]
    public async Task An_executor_that_crashes_is_the_workers_failure()
    {
        Start((_, _, _) => throw new InvalidOperationException("a bug"));
        await _coordinator.WelcomeAsync();
        await _coordinator.DesireAsync(SomeWorker.Order(1));
        var failure = Assert.IsType<BuildOutcome.InfrastructureFailed>(await _coordinator.OutcomeAsync(One.Attempt));
        Assert.Contains("a bug", failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_worker_sends_heartbeats()
    {
        Start((_, _, _) => Task.FromResult<BuildOutcome>(FakeExecutor.Built));
        await _coordinator.WelcomeAsync();
        await _coordinator.HearAsync<WorkerMessage.Heartbeat>(_ => true);
    }

    [Fact]
    public async Task A_final_refusal_is_told_to_the_node()
    {
        Start((_, _, _) => Task.FromResult<BuildOutcome>(FakeExecutor.Built));
        await _coordinator.WelcomeAsync();
        await _coordinator.SayAsync(new CoordinatorMessage.Refused("another store directory", IsFinal: true));
        Assert.Equal("another store directory", await _refused.Task);
    }

    [Fact]
    public async Task A_stop_cancels_the_builds_reports_them_and_ends_the_session()
    {
        Start(
            async (_, _, ct) =>
            {
                await Task.Delay(Timeout.Infinite, ct);
                return FakeExecutor.Built;
            }
        );
        await _coordinator.WelcomeAsync();
        await _coordinator.DesireAsync(SomeWorker.Order(1));
        await _coordinator.HearAsync<WorkerMessage.CurrentState>(state => state.Attempts.Length == 1);
        var stopped = _worker.GracefulStop(TimeSpan.FromSeconds(20), WorkerActor.Stop.Instance);
        var outcome = Assert.IsType<BuildOutcome.InfrastructureFailed>(await _coordinator.OutcomeAsync(One.Attempt));
        Assert.True(outcome.IsTransient);
        await Assert.ThrowsAsync<ChannelClosedException>(() => _coordinator.HearAsync());
        Assert.True(await stopped);
    }

    private void Start(Func<BuildAssignment, IBuildProgress, CancellationToken, Task<BuildOutcome>> execute)
    {
        var spool = LogSpool.Open(_directory);
        var parts = new WorkerParts(
            SomeWorker.Profile(),
            new SessionSettings(
                _coordinator.SessionUrl,
                ConnectTimeout: TimeSpan.FromSeconds(10),
                KeepAlive: TimeSpan.FromSeconds(10),
                FirstRetry: TimeSpan.FromMilliseconds(10),
                LongestRetry: TimeSpan.FromMilliseconds(100)
            ),
            new LogStreamingBuildExecutor(new FakeExecutor(execute), spool),
            spool,
            TimeProvider.System,
            TickInterval: TimeSpan.FromMilliseconds(100),
            NullLogger.Instance
        );
        var refused = _refused;
        _worker = _actors.ActorOf(Props.Create(() => new WorkerActor(parts, refused)), "worker");
    }
}
