using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Farm.Coordinator.Planning;
using Farm.Coordinator.Scheduling;
using Farm.Protocol;
using Farm.Store.Paths;
using Microsoft.Extensions.Logging;

namespace Farm.Coordinator.Actors;

/// <summary>Owns the session of one worker: hears what the worker does, and sends what it should be doing whenever that changes.</summary>
/// <remarks>At most one message is under way; while it is, newer desired states replace older ones.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "An actor ends by PostStop, which disposes.")]
internal sealed class WorkerLinkActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(2);

    /// <summary>Between a piece of a log that could not be stored and the end of the session: in the next one it is sent again.</summary>
    private static readonly TimeSpan LogRetryAfter = TimeSpan.FromSeconds(1);
    private readonly WorkerLinkParts _parts;
    private readonly WorkerSocket _socket;
    private readonly long _session;
    private readonly TaskCompletionSource _ended;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _ending = new();
    private readonly Queue<CoordinatorMessage> _outgoing = [];
    private readonly Dictionary<AttemptId, PreparedRequest> _prepared = [];
    private readonly HashSet<AttemptId> _preparing = [];
    private readonly HashSet<AttemptId> _known = [];

    // The scheduler may be behind: what it still takes for offered is left out of no desired state once the worker has it.
    private readonly HashSet<AttemptId> _reported = [];
    private ImmutableArray<SchedulerMessage.WantedAttempt> _wanted = [];
    private WorkerId? _worker;
    private DateTimeOffset _lastHeard;
    private string _endReason = "the coordinator ends";
    private bool _isDesiredNew;
    private bool _isSending;
    private bool _isReplaced;
    private bool _isClosing;
    private bool _isReadOver;

    /// <param name="session">Number of the session, greater than those before.</param>
    /// <param name="ended">Set when the socket is no longer used.</param>
    public WorkerLinkActor(
        WorkerLinkParts parts,
        WorkerSocket socket,
        long session,
        TaskCompletionSource ended,
        ILogger log
    )
    {
        (_parts, _socket, _session, _ended, _log) = (parts, socket, session, ended, log);
        _lastHeard = parts.Time.GetUtcNow();
        Receive<WorkerMessage>(Hear);
        Receive<SchedulerMessage.Wanted>(wanted => Want(wanted.Attempts));
        Receive<LogMessage.Stored>(stored =>
            Send(new CoordinatorMessage.LogAcknowledged(stored.Attempt, stored.Offset))
        );
        Receive<LogMessage.NotStored>(failed =>
            Timers.StartSingleTimer(nameof(LogBroke), new LogBroke(failed), LogRetryAfter)
        );
        Receive<LogBroke>(broke =>
            End($"the log of attempt {broke.Failed.Attempt} cannot be stored: {broke.Failed.Reason}")
        );
        Receive<Prepared>(TakePrepared);
        Receive<NotPrepared>(ReportUnavailable);
        Receive<Sent>(_ =>
        {
            _isSending = false;
            SendNext();
        });
        Receive<SchedulerMessage.SessionReplaced>(_ =>
        {
            _isReplaced = true;
            Refuse("another session of this worker began; two workers must not have one name", isFinal: false);
        });
        Receive<SchedulerMessage.SessionEnds>(_ => End(_endReason));
        Receive<SendFailed>(failed => End(failed.Reason));
        Receive<ReadEnded>(ended =>
        {
            _isReadOver = true;
            End(ended.Reason);
        });
        Receive<CheckSilence>(_ =>
        {
            if (_parts.Time.GetUtcNow() - _lastHeard > _parts.Settings.HeartbeatInterval * 3)
            {
                End(
                    $"the worker was silent for longer than {(_parts.Settings.HeartbeatInterval * 3).TotalSeconds:0} s"
                );
            }
        });
    }

    public ITimerScheduler Timers { get; set; } = null!; // the engine sets it before the first message

    protected override void PreStart()
    {
        var self = Self;
        _socket
            .ReceiveAsync(message => self.Tell(message), _ending.Token)
            .PipeTo(Self, success: reason => new ReadEnded(reason), failure: cause => new ReadEnded(cause.Message));
        Timers.StartPeriodicTimer(nameof(CheckSilence), new CheckSilence(), _parts.Settings.HeartbeatInterval);
    }

    // A link that failed is not begun again: the worker comes back with a session of its own.
    protected override void PostRestart(Exception reason) => Context.Stop(Self);

    protected override void PostStop()
    {
        if (_worker is { } worker)
        {
            Log.SessionEnded(_log, worker.Name, _endReason);
            if (!_isReplaced)
            {
                _parts.Locations.SetCache(worker, null);
            }

            _parts.Scheduler.Tell(
                new SchedulerMessage.Happened(new SchedulerEvent.WorkerDisconnected(worker, _session))
            );
        }

        _ending.Cancel();
        _ending.Dispose();
        _ended.TrySetResult();
    }

    private void Hear(WorkerMessage message)
    {
        _lastHeard = _parts.Time.GetUtcNow();
        switch (message)
        {
            case WorkerMessage.Hello hello when _worker is null:
                Greet(hello);
                break;
            case WorkerMessage.Hello:
                Refuse("a session has one hello", isFinal: false);
                break;
            case var _ when _worker is null:
                Refuse("a session begins with a hello", isFinal: true);
                break;
            case WorkerMessage.CurrentState current:
                NoteWhatItHas(_worker.Value, current.Attempts);
                TellScheduler(new SchedulerEvent.WorkerReported(_worker.Value, _session, current.Attempts));
                break;
            case WorkerMessage.LogChunk chunk:
                // The log of an attempt that this worker was never given is nobody's.
                if (_known.Contains(chunk.Attempt))
                {
                    _parts.Logs.Tell(new LogMessage.Store(chunk.Attempt, chunk.Offset, chunk.Bytes));
                }

                break;
            case WorkerMessage.Heartbeat:
                break;
            default:
                throw new UnreachableException();
        }
    }

    private void Greet(WorkerMessage.Hello hello)
    {
        if (hello.ProtocolVersion != MessageCodec.Version)
        {
            Refuse(
                $"the worker speaks version {hello.ProtocolVersion} of the session protocol, this coordinator {MessageCodec.Version}: update the older",
                isFinal: true
            );
            return;
        }

        if (hello.StoreDir != _parts.Settings.StoreDir)
        {
            Refuse(
                $"the worker's store directory is '{hello.StoreDir}', the farm's is '{_parts.Settings.StoreDir}': set it so",
                isFinal: true
            );
            return;
        }

        _worker = hello.Worker;
        Log.SessionOpened(_log, hello.Worker, hello.Capabilities.Slots, string.Join(", ", hello.Capabilities.Systems));
        _parts.Locations.SetCache(hello.Worker, hello.CacheUrl);
        Send(new CoordinatorMessage.Welcome(_parts.Settings.Coordinator, _parts.Settings.HeartbeatInterval));
        foreach (var attempt in hello.Attempts)
        {
            _known.Add(attempt.Attempt);
            _reported.Add(attempt.Attempt);
            _parts.Logs.Tell(new LogMessage.Ask(attempt.Attempt));
        }

        _parts.Scheduler.Tell(
            new SchedulerMessage.SessionOpened(
                new SchedulerEvent.WorkerConnected(
                    hello.Worker,
                    _session,
                    hello.Capabilities,
                    hello.CacheUrl,
                    hello.Attempts
                )
            )
        );
    }

    /// <summary>A worker whose builder runs has the whole input closure, and one that has built has the outputs: others may fetch from it.</summary>
    private void NoteWhatItHas(WorkerId worker, ImmutableArray<AttemptReport> reports)
    {
        foreach (var report in reports)
        {
            _reported.Add(report.Attempt);
            if (report.Phase >= BuildPhase.Building && _prepared.Remove(report.Attempt, out var prepared))
            {
                _parts.Locations.Add(worker, prepared.Closure);
            }

            if (report.Outcome is BuildOutcome.Built built)
            {
                _parts.Locations.Add(worker, built.Outputs.Select(output => output.Path));
            }
        }
    }

    private void Want(ImmutableArray<SchedulerMessage.WantedAttempt> wanted)
    {
        _wanted = wanted;
        foreach (var attempt in wanted)
        {
            _known.Add(attempt.Attempt.Id);
            if (NeedsRequest(attempt) && attempt.BuiltAs is { } drvPath && !_prepared.ContainsKey(attempt.Attempt.Id))
            {
                Prepare(attempt, drvPath);
            }
        }

        var current = wanted.Select(attempt => attempt.Attempt.Id).ToHashSet();
        foreach (var gone in _prepared.Keys.Where(id => !current.Contains(id)).ToArray())
        {
            _prepared.Remove(gone);
        }

        _reported.IntersectWith(current);
        _isDesiredNew = true;
        SendNext();
    }

    private bool NeedsRequest(SchedulerMessage.WantedAttempt wanted) =>
        wanted.Attempt.Phase == BuildPhase.Offered && !_reported.Contains(wanted.Attempt.Id);

    private void Prepare(SchedulerMessage.WantedAttempt wanted, StorePath drvPath)
    {
        if (_preparing.Add(wanted.Attempt.Id))
        {
            _parts
                .Requests.PrepareAsync(drvPath, wanted.RealisationHash, wanted.Options, wanted.Recorded, _ending.Token)
                .PipeTo(
                    Self,
                    success: prepared => new Prepared(wanted.Attempt.Id, prepared),
                    failure: cause => new NotPrepared(wanted, cause)
                );
        }
    }

    private void TakePrepared(Prepared prepared)
    {
        _preparing.Remove(prepared.Attempt);
        if (_wanted.Any(wanted => wanted.Attempt.Id == prepared.Attempt))
        {
            _prepared[prepared.Attempt] = prepared.Request;
            _isDesiredNew = true;
            SendNext();
        }
    }

    private void ReportUnavailable(NotPrepared failed)
    {
        var attempt = failed.Wanted.Attempt.Id;
        _preparing.Remove(attempt);
        Log.RequestUnavailable(_log, attempt, failed.Wanted.DrvPath, failed.Cause);
        if (_worker is { } worker)
        {
            TellScheduler(new SchedulerEvent.RequestUnavailable(worker, attempt, failed.Cause.Message));
        }
    }

    private void Send(CoordinatorMessage message)
    {
        _outgoing.Enqueue(message);
        SendNext();
    }

    private void SendNext()
    {
        if (_isSending)
        {
            return;
        }

        if (_outgoing.TryDequeue(out var message) || TryTakeDesired(out message))
        {
            _isSending = true;
            _socket
                .SendAsync(message, _ending.Token)
                .PipeTo(Self, success: () => new Sent(), failure: cause => new SendFailed(cause.Message));
        }
        else if (_isClosing)
        {
            End(_endReason);
        }
    }

    private bool TryTakeDesired([NotNullWhen(true)] out CoordinatorMessage? message)
    {
        message = null;
        if (!_isDesiredNew || _isClosing || _worker is not { } worker)
        {
            return false;
        }

        _isDesiredNew = false;
        var attempts = ImmutableArray.CreateBuilder<DesiredAttempt>(_wanted.Length);
        foreach (var wanted in _wanted)
        {
            var (id, epoch) = (wanted.Attempt.Id, wanted.Attempt.Epoch);
            if (!NeedsRequest(wanted))
            {
                attempts.Add(new DesiredAttempt(id, epoch, null, _parts.Settings.Limits, []));
            }
            else if (_prepared.TryGetValue(id, out var prepared))
            {
                var holders = _parts.Locations.Holders(worker, prepared.Closure);
                attempts.Add(new DesiredAttempt(id, epoch, prepared.Request, _parts.Settings.Limits, holders));
            }
        }

        message = new CoordinatorMessage.DesiredState(attempts.DrainToImmutable());
        return true;
    }

    /// <summary>Ends the session once the reason is sent.</summary>
    private void Refuse(string reason, bool isFinal)
    {
        Log.SessionRefused(_log, reason);
        (_isClosing, _endReason) = (true, reason);
        Send(new CoordinatorMessage.Refused(reason, isFinal));
    }

    /// <summary>Says good-bye and waits a little for the worker's own, so that it reads what was sent before.</summary>
    private void End(string reason)
    {
        _endReason = _isClosing ? _endReason : reason;
        Become(() =>
        {
            Receive<Closed>(_ =>
            {
                if (_isReadOver)
                {
                    Context.Stop(Self);
                }
                else
                {
                    Timers.StartSingleTimer(nameof(Farewell), new Farewell(), LongestFarewell);
                }
            });
            Receive<ReadEnded>(_ => Context.Stop(Self));
            Receive<Farewell>(_ => Context.Stop(Self));
            ReceiveAny(_ => { }); // the session is over: what still comes is said again in the next one
        });
        _socket.CloseAsync(_endReason).PipeTo(Self, success: () => new Closed(), failure: _ => new Closed());
    }

    private void TellScheduler(SchedulerEvent happened) =>
        _parts.Scheduler.Tell(new SchedulerMessage.Happened(happened));

    private sealed record Prepared(AttemptId Attempt, PreparedRequest Request);

    private sealed record NotPrepared(SchedulerMessage.WantedAttempt Wanted, Exception Cause);

    private sealed record Sent;

    private sealed record SendFailed(string Reason);

    private sealed record ReadEnded(string Reason);

    private sealed record LogBroke(LogMessage.NotStored Failed);

    private sealed record Farewell;

    private sealed record Closed;

    private sealed record CheckSilence;
}
