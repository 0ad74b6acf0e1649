using System.Diagnostics;
using Farm.Protocol;
using Farm.Worker.Core;
using Farm.Worker.Execution;

namespace Farm.Worker.Actors;

/// <summary>The shell of <see cref="WorkerCore"/>: turns what happens into events and performs the effects.</summary>
/// <remarks>Its children are one <see cref="SessionActor"/> and a <see cref="BuildActor"/> for each running build. It ends with the last of them
/// after <see cref="Stop"/>.</remarks>
internal sealed class WorkerActor : ReceiveActor, IWithTimers
{
    private readonly WorkerParts _parts;
    private readonly TaskCompletionSource<string> _refused;
    private readonly Dictionary<AttemptKey, IActorRef> _builds = [];
    private readonly IActorRef _session;
    private WorkerState _state;
    private long _sessions;
    private bool _isEnding;

    /// <param name="refused">Set to the reason when the coordinator refuses this worker for good.</param>
    public WorkerActor(WorkerParts parts, TaskCompletionSource<string> refused)
    {
        (_parts, _refused) = (parts, refused);
        _state = WorkerState.Starting(parts.Profile, parts.Clock.GetUtcNow());
        _session = Context.ActorOf(
            Props.Create(() => new SessionActor(parts.Session, parts.Spool, NextSession, parts.Log)),
            "session"
        );
        Context.Watch(_session);
        Receive<WorkerEvent>(Happened);
        Receive<Stop>(_ => Happened(new WorkerEvent.StopRequested()));
        Receive<Terminated>(Ended);
    }

    public ITimerScheduler Timers { get; set; } = null!; // the engine sets it before the first message

    protected override void PreStart() =>
        Timers.StartPeriodicTimer(nameof(WorkerEvent.Tick), new WorkerEvent.Tick(), _parts.TickInterval);

    protected override SupervisorStrategy SupervisorStrategy() =>
        new OneForOneStrategy(cause =>
        {
            Log.ActorFailed(_parts.Log, cause);
            return Sender.Equals(_session) ? Directive.Restart : Directive.Stop;
        });

    private long NextSession() => Interlocked.Increment(ref _sessions);

    private void Happened(WorkerEvent happened)
    {
        if (happened is WorkerEvent.BuildEnded ended)
            _builds.Remove(ended.Key);
        (_state, var effects) = WorkerCore.Step(_state, happened, _parts.Clock.GetUtcNow());
        foreach (var effect in effects)
            Perform(effect);
    }

    private void Perform(WorkerEffect effect)
    {
        switch (effect)
        {
            case WorkerEffect.Send send:
                _session.Tell(new Outgoing.Message(send.Message));
                break;
            case WorkerEffect.SendLog piece:
                _session.Tell(new Outgoing.LogPiece(piece.Key, piece.Offset, piece.Count));
                break;
            case WorkerEffect.StartBuild start:
                StartBuild(start);
                break;
            case WorkerEffect.GrantSlot grant:
                _builds.GetValueOrDefault(grant.Key)?.Tell(BuildActor.SlotGranted.Instance);
                break;
            case WorkerEffect.CancelBuild cancel:
                _builds.GetValueOrDefault(cancel.Key)?.Tell(BuildActor.Cancel.Instance);
                break;
            case WorkerEffect.Forget forget:
                _parts.Spool.Delete(forget.Key);
                break;
            case WorkerEffect.Refused refused:
                Log.Refused(_parts.Log, refused.Reason);
                if (refused.IsFinal)
                    _refused.TrySetResult(refused.Reason);
                break;
            case WorkerEffect.Stopped:
                _isEnding = true;
                _session.Tell(SessionActor.Finish.Instance);
                break;
            default:
                throw new UnreachableException();
        }
    }

    private void StartBuild(WorkerEffect.StartBuild start)
    {
        var request = start.Order.Request ?? throw new UnreachableException("only an order with a request is started");
        var assignment = new BuildAssignment(start.Key, request, start.Order.Inputs);
        var (executor, log) = (_parts.Executor, _parts.Log);
        var build = Context.ActorOf(
            Props.Create(() => new BuildActor(assignment, executor, log)),
            $"build-{start.Key}"
        );
        Context.Watch(build);
        _builds.Add(start.Key, build);
    }

    private void Ended(Terminated terminated)
    {
        if (terminated.ActorRef.Equals(_session))
        {
            if (_isEnding)
                Context.Stop(Self);
            return;
        }

        // A build that ended without saying so has crashed; its end is said here.
        foreach (var (key, build) in _builds)
        {
            if (build.Equals(terminated.ActorRef))
            {
                var crash = new BuildOutcome.InfrastructureFailed("the build's actor crashed", IsTransient: true);
                Happened(new WorkerEvent.BuildEnded(key, crash));
                return;
            }
        }
    }

    /// <summary>End every build, report it, close the session, and stop.</summary>
    public sealed record Stop
    {
        public static Stop Instance { get; } = new();
    }
}
