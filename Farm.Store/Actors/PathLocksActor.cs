using Farm.Store.Locking;

namespace Farm.Store.Actors;

/// <summary>All locks of one store: makes a lock's actor when it is asked for, and lets it go when it is idle.</summary>
/// <remarks>Every operation passes here on its way to a lock, so an idle lock is only stopped when nothing is on its way to it.</remarks>
internal sealed class PathLocksActor : ReceiveActor
{
    private readonly Dictionary<PathLockKey, Child> _children = [];
    private readonly Props _props;

    public PathLocksActor()
    {
        var self = Self;
        _props = Props.Create(() => new PathLockActor(self));
        Receive<RunUnderLocks>(Pass);
        Receive<PathLockIdle>(Idle);
    }

    /// <summary>A lock that fails has forgotten who waits for it; begun again it would let them wait for ever.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Escalate);

    private sealed class Child(IActorRef actor)
    {
        public IActorRef Actor { get; } = actor;
        public long Sent { get; set; }
    }

    private void Pass(RunUnderLocks run)
    {
        if (!_children.TryGetValue(run.Key, out var child))
        {
            child = new(Context.ActorOf(_props));
            _children.Add(run.Key, child);
        }
        child.Sent++;
        child.Actor.Tell(run, Sender);
    }

    private void Idle(PathLockIdle idle)
    {
        if (!_children.TryGetValue(idle.Key, out var child) || child.Sent != idle.Taken)
            return;
        _children.Remove(idle.Key);
        Context.Stop(child.Actor);
    }
}
