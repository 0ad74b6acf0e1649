using System.Diagnostics.CodeAnalysis;
using Farm.Protocol;
using Farm.Worker.Core;
using Farm.Worker.Execution;
using Microsoft.Extensions.Logging;

namespace Farm.Worker.Actors;

/// <summary>Owns the connection to the coordinator: makes it, makes it again when it broke, and tells its parent what it hears.</summary>
[SuppressMessage("Design", "CA1001", Justification = "An actor ends by PostStop, which disposes.")]
internal sealed class SessionActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(5);
    private readonly SessionSettings _settings;
    private readonly LogSpool _spool;
    private readonly Func<long> _nextSession;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _ending = new();
    private SessionConnection? _connection;
    private long _session;
    private int _failures;
    private bool _isFinishing;

    public SessionActor(SessionSettings settings, LogSpool spool, Func<long> nextSession, ILogger log)
    {
        (_settings, _spool, _nextSession, _log) = (settings, spool, nextSession, log);
        Receive<Connect>(_ => StartConnecting());
        Receive<Connected>(connected => Open(connected.Connection));
        Receive<ConnectFailed>(failed => Retry(failed.Cause));
        Receive<Heard>(heard =>
        {
            if (heard.Session != _session || _connection is null)
                return;
            if (heard.Message is CoordinatorMessage.Welcome)
                _failures = 0;
            Context.Parent.Tell(new WorkerEvent.MessageReceived(heard.Session, heard.Message));
        });
        Receive<Ended>(Close);
        Receive<Outgoing>(outgoing => _connection?.Enqueue(outgoing));
        Receive<Finish>(_ => FinishSession());
        Receive<GiveUp>(_ => Context.Stop(Self));
    }

    public ITimerScheduler Timers { get; set; } = null!; // the engine sets it before the first message

    protected override void PreStart() => Self.Tell(new Connect());

    protected override void PreRestart(Exception reason, object? message)
    {
        if (_connection is not null)
            Context.Parent.Tell(new WorkerEvent.SessionClosed(_session));
        base.PreRestart(reason, message);
    }

    protected override void PostStop()
    {
        _ending.Cancel();
        _connection?.Dispose();
        _ending.Dispose();
    }

    private void StartConnecting() =>
        SessionConnection
            .ConnectAsync(_settings, _spool, _ending.Token)
            .PipeTo(Self, success: connection => new Connected(connection), failure: cause => new ConnectFailed(cause));

    private void Open(SessionConnection connection)
    {
        if (_isFinishing)
        {
            connection.Dispose();
            Context.Stop(Self);
            return;
        }

        (_connection, _session) = (connection, _nextSession());
        var (self, session) = (Self, _session);
        connection
            .RunAsync(message => self.Tell(new Heard(session, message)), _ending.Token)
            .PipeTo(
                Self,
                success: reason => new Ended(session, reason, null),
                failure: cause => new Ended(session, cause.Message, cause)
            );
        Log.SessionOpened(_log, _settings.SessionUrl);
        Context.Parent.Tell(new WorkerEvent.SessionOpened(_session));
    }

    private void Close(Ended ended)
    {
        if (_connection is null || ended.Session != _session)
            return;
        _connection.Dispose();
        _connection = null;
        Log.SessionEnded(_log, _settings.SessionUrl, ended.Reason);
        Context.Parent.Tell(new WorkerEvent.SessionClosed(_session));
        if (_isFinishing)
            Context.Stop(Self);
        else
            Wait();
    }

    private void Retry(Exception cause)
    {
        if (_isFinishing)
        {
            Context.Stop(Self);
            return;
        }

        Log.ConnectFailed(_log, _settings.SessionUrl, cause.Message);
        Wait();
    }

    // A session that ended before the welcome counts as a failure too.
    private void Wait()
    {
        var pause = _settings.FirstRetry * Math.Pow(2, Math.Min(_failures++, 16));
        Timers.StartSingleTimer(
            nameof(Connect),
            new Connect(),
            pause < _settings.LongestRetry ? pause : _settings.LongestRetry
        );
    }

    private void FinishSession()
    {
        _isFinishing = true;
        if (_connection is not { } connection)
        {
            Context.Stop(Self);
            return;
        }

        connection.Complete();
        Timers.StartSingleTimer(nameof(GiveUp), new GiveUp(), LongestFarewell);
    }

    /// <summary>Send what is queued, close in good order, and end.</summary>
    public sealed record Finish
    {
        public static Finish Instance { get; } = new();
    }

    private sealed record GiveUp;

    private sealed record Connect;

    private sealed record Connected(SessionConnection Connection);

    private sealed record ConnectFailed(Exception Cause);

    private sealed record Heard(long Session, CoordinatorMessage Message);

    private sealed record Ended(long Session, string Reason, Exception? Cause);
}
