using System.Collections.Immutable;
using Farm.Protocol;
using Farm.Worker.Core;

namespace Farm.Tests.Worker.Core;

/// <summary>A worker's core among builds, a network that breaks, and a coordinator that changes its mind; all from one seed.</summary>
internal sealed class WorkerSimulation(int seed)
{
    private const int Slots = 2;
    private const long LogWindowBytes = 1000;
    private readonly Random _random = new(seed);
    private readonly WorkerDriver _worker = new(SomeWorker.Profile(Slots, LogWindowBytes));
    private readonly Dictionary<AttemptKey, SimulatedBuild> _builds = [];
    private readonly HashSet<AttemptKey> _started = [];
    private readonly HashSet<AttemptKey> _forgotten = [];
    private readonly Queue<CoordinatorMessage> _toWorker = [];
    private readonly Queue<WorkerEffect> _toCoordinator = [];
    private readonly SortedDictionary<AttemptId, DesiredAttempt> _desired = [];
    private readonly Dictionary<AttemptId, long> _storedLogs = [];
    private readonly Dictionary<AttemptId, BuildPhase> _phases = [];
    private long _session;
    private bool _isConnected;
    private bool _isGreeted;
    private int _attempts;

    /// <summary>Outcomes that the coordinator has taken.</summary>
    public int Finished { get; private set; }

    public void Run(int steps)
    {
        for (var i = 0; i < steps; i++)
            Act();
    }

    /// <summary>Lets everything come to its end over a sound network.</summary>
    public void Drain()
    {
        for (var i = 0; i < 10_000 && (_desired.Count > 0 || _worker.State.Attempts.Count > 0); i++)
        {
            if (!_isConnected)
                Connect();
            while (_toWorker.Count > 0 || _toCoordinator.Count > 0)
            {
                DeliverToWorker();
                DeliverToCoordinator();
            }

            foreach (var build in _builds.Values.ToArray())
                Do(build.Next(_random));
            Tell();
        }

        Assert.Empty(_desired);
        Assert.Empty(_worker.State.Attempts);
        Assert.Equal(_started, _forgotten);
    }

    private void Act()
    {
        switch (_random.Next(100))
        {
            case < 3 when _isConnected:
                _isConnected = false;
                _toWorker.Clear();
                _toCoordinator.Clear();
                Do(new WorkerEvent.SessionClosed(_session));
                break;
            case < 20 when !_isConnected:
                Connect();
                break;
            case < 30 when _desired.Count < 8:
                Assign();
                break;
            case < 33 when _desired.Count > 0:
                _desired.Remove(_desired.Keys.ElementAt(_random.Next(_desired.Count)));
                Tell();
                break;
            case < 50:
                DeliverToWorker();
                break;
            case < 68:
                DeliverToCoordinator();
                break;
            case < 70:
                Check(_worker.Pass(TimeSpan.FromSeconds(_random.Next(300))));
                break;
            default:
                if (_builds.Count > 0)
                    Do(_builds.Values.ElementAt(_random.Next(_builds.Count)).Next(_random));
                break;
        }
    }

    private void Connect()
    {
        (_isConnected, _isGreeted) = (true, false);
        Do(new WorkerEvent.SessionOpened(++_session));
    }

    private void Assign()
    {
        var order = SomeWorker.Order(++_attempts, epoch: _random.Next(1, 4));
        _desired.Add(order.Attempt, order);
        Tell();
    }

    private void Tell()
    {
        if (_isConnected && _isGreeted)
            _toWorker.Enqueue(new CoordinatorMessage.DesiredState([.. _desired.Values]));
    }

    private void DeliverToWorker()
    {
        if (_toWorker.TryDequeue(out var message))
            Check(_worker.Hear(message, _session));
    }

    private void DeliverToCoordinator()
    {
        if (!_toCoordinator.TryDequeue(out var effect))
            return;
        switch (effect)
        {
            case WorkerEffect.SendLog piece:
                var stored = _storedLogs.GetValueOrDefault(piece.Key.Attempt);
                Assert.Equal(stored, piece.Offset);
                _storedLogs[piece.Key.Attempt] = stored + piece.Count;
                _toWorker.Enqueue(new CoordinatorMessage.LogAcknowledged(piece.Key.Attempt, stored + piece.Count));
                break;
            case WorkerEffect.Send { Message: WorkerMessage.Hello hello }:
                _isGreeted = true;
                _toWorker.Enqueue(new CoordinatorMessage.Welcome("c1", TimeSpan.FromSeconds(10)));
                foreach (var report in hello.Attempts)
                {
                    _toWorker.Enqueue(
                        new CoordinatorMessage.LogAcknowledged(
                            report.Attempt,
                            _storedLogs.GetValueOrDefault(report.Attempt)
                        )
                    );
                }

                Learn(hello.Attempts);
                // What the worker was known to have and has no more is lost: it is not asked for again.
                foreach (var lost in _desired.Values.Where(order => order.Request is null).ToArray())
                {
                    if (!hello.Attempts.Any(report => report.Attempt == lost.Attempt))
                        _desired.Remove(lost.Attempt);
                }

                Tell();
                break;
            case WorkerEffect.Send { Message: WorkerMessage.CurrentState current }:
                Learn(current.Attempts);
                break;
        }
    }

    private void Learn(ImmutableArray<AttemptReport> reports)
    {
        foreach (var report in reports)
        {
            if (!_desired.TryGetValue(report.Attempt, out var order))
                continue;
            Assert.True(report.Phase >= _phases.GetValueOrDefault(report.Attempt));
            _phases[report.Attempt] = report.Phase;
            Assert.Equal(order.Epoch, report.Epoch);
            _desired[report.Attempt] = order with { Request = null };
            if (report.Outcome is null)
                continue;
            Assert.Equal(_storedLogs.GetValueOrDefault(report.Attempt), report.LogBytes);
            Finished++;
            _desired.Remove(report.Attempt);
            Tell();
        }
    }

    private void Do(WorkerEvent happened)
    {
        if (happened is WorkerEvent.BuildEnded ended)
            Assert.True(_builds.Remove(ended.Key));
        Check(_worker.Do(happened));
    }

    private void Check(WorkerEffect[] effects)
    {
        foreach (var effect in effects)
        {
            switch (effect)
            {
                case WorkerEffect.StartBuild start:
                    Assert.True(_started.Add(start.Key), $"{start.Key} is started twice");
                    _builds.Add(start.Key, new SimulatedBuild(start.Key));
                    break;
                case WorkerEffect.GrantSlot grant:
                    Assert.False(_builds[grant.Key].IsGranted);
                    _builds[grant.Key].IsGranted = true;
                    break;
                case WorkerEffect.CancelBuild cancel:
                    Assert.False(_builds[cancel.Key].IsCancelled);
                    _builds[cancel.Key].IsCancelled = true;
                    break;
                case WorkerEffect.Forget forget:
                    Assert.DoesNotContain(forget.Key, _builds.Keys);
                    if (_started.Contains(forget.Key))
                        Assert.True(_forgotten.Add(forget.Key), $"{forget.Key} is forgotten twice");
                    break;
                case WorkerEffect.Send or WorkerEffect.SendLog:
                    Assert.True(_isConnected);
                    _toCoordinator.Enqueue(effect);
                    break;
                default:
                    Assert.Fail($"unexpected {effect}");
                    break;
            }
        }

        Assert.InRange(_worker.State.SlotsInUse, 0, Slots);
        Assert.InRange(_worker.State.PlacesInUse, 0, Slots + 1);
        Assert.All(
            _worker.State.Attempts.Values,
            attempt => Assert.Equal(attempt.IsRunning, _builds.ContainsKey(attempt.Key))
        );
        Assert.All(
            _worker.State.Attempts.Values,
            attempt => Assert.InRange((attempt.Log.Sent ?? 0) - attempt.Log.Acknowledged, long.MinValue, LogWindowBytes)
        );
    }
}
