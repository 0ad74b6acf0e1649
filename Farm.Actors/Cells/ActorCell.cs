namespace Farm.Actors.Cells;

/// <summary>One actor: its context, and the handling of its messages. Everything but the constructor, <see cref="Children"/>
/// and <see cref="Mailbox"/> is used only in the actor's own turn.</summary>
internal sealed class ActorCell : IActorContext
{
    private readonly Stack<Receive> _behaviors = new();
    private readonly ActorLifecycle _lifecycle;
    private DeathWatch? _deathWatch;
    private ReceiveTimeoutTimer? _receiveTimeout;
    private ActorTaskScheduler? _scheduler;
    private CellTimers? _timers;
    private CellStash? _stash;
    private Envelope _current;
    private Envelope _awaiting;

    public ActorCell(ActorSystem system, Props props, IInternalActorRef parent, LocalActorRef self)
    {
        (System, Props, ParentRef, SelfRef) = (system, props, parent, self);
        Mailbox = new Mailbox(this);
        _lifecycle = new ActorLifecycle(this);
    }

    public ActorSystem System { get; }
    public Props Props { get; }
    public IInternalActorRef ParentRef { get; }
    public LocalActorRef SelfRef { get; }
    public Mailbox Mailbox { get; }
    public Children Children { get; } = new();
    public DeathWatch DeathWatch => _deathWatch ??= new DeathWatch(SelfRef);
    public bool IsTerminated => _lifecycle.IsTerminated;
    public IActorRef Self => SelfRef;
    public IActorRef Parent => ParentRef;
    public IActorRef Sender => _current.Sender ?? System.DeadLetters;

    /// <summary>Null when nobody sent the current message.</summary>
    public IActorRef? CurrentSender => _current.Sender;

    /// <summary>The message in hand; empty between messages.</summary>
    public Envelope Current
    {
        get => _current;
        set => _current = value;
    }
    public TimeSpan? ReceiveTimeout => _receiveTimeout?.Span;

    public IActorRef ActorOf(Props props, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(props);
        return Children.Add(SelfRef, props, name);
    }

    public IActorRef Child(string name) => Children.Find(name)?.Child ?? ActorRefs.Nobody;

    public IEnumerable<IActorRef> GetChildren() => Children.All.Select(stats => stats.Child);

    public void Stop(IActorRef actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (Children.Find(actor) is { } stats)
            stats.IsStopping = true;
        (actor as IInternalActorRef)?.SendSystem(new SystemMessage.Terminate());
    }

    public IActorRef Watch(IActorRef subject) => Watching(subject, null);

    public IActorRef WatchWith(IActorRef subject, object message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return Watching(subject, message);
    }

    public IActorRef Unwatch(IActorRef subject)
    {
        DeathWatch.Unwatch(TestKit.TestProbe.Unwrap(subject));
        return subject;
    }

    public void Become(Receive receive)
    {
        if (_behaviors.Count > 0)
            _behaviors.Pop();
        _behaviors.Push(receive);
    }

    public void BecomeStacked(Receive receive)
    {
        _behaviors.Push(receive);
    }

    public void UnbecomeStacked()
    {
        if (_behaviors.Count > 0)
            _behaviors.Pop();
    }

    public void SetReceiveTimeout(TimeSpan? timeout)
    {
        _receiveTimeout?.Dispose();
        _receiveTimeout = timeout is { } span && span > TimeSpan.Zero ? new ReceiveTimeoutTimer(SelfRef, span) : null;
    }

    /// <summary>Gives a new instance what its interfaces ask for.</summary>
    public void Equip(ActorBase actor)
    {
        if (actor is IActorStash stashing)
            stashing.Stash = _stash ??= new CellStash(this);
        if (actor is IWithTimers timed)
            timed.Timers = _timers = new CellTimers(SelfRef, System.Scheduler);
    }

    /// <summary>Takes away what belonged to the instance that is going.</summary>
    public void Strip()
    {
        _behaviors.Clear();
        _timers?.CancelAll();
        _stash?.UnstashAll();
    }

    /// <summary>Runs a task in this actor's context; user messages wait until it has ended.</summary>
    public void RunTask(Func<Task> run)
    {
        ArgumentNullException.ThrowIfNull(run);
        _scheduler ??= new ActorTaskScheduler(this);
        var starting = new Task<Task>(run);
        _awaiting = _current;
        starting.RunSynchronously(_scheduler);
        var handling = starting.GetAwaiter().GetResult();
        if (handling.IsCompletedSuccessfully)
            return;
        if (handling.IsCompleted)
        {
            handling.GetAwaiter().GetResult(); // throws what the handler threw
            return;
        }
        Mailbox.Suspend();
        var instance = _lifecycle.Actor;
        _ = handling.ContinueWith(
            ended => Mailbox.PostSystem(new SystemMessage.AsyncEnded(ended, instance)),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
    }

    public void Invoke(in Envelope envelope)
    {
        if (IsTerminated)
        {
            System.DeadLetterRef.Publish(envelope.Message, envelope.Sender, SelfRef);
            return;
        }
        _current = envelope;
        try
        {
            if (envelope.Message is IAutoReceivedMessage automatic)
                AutoReceive(automatic);
            else
                Handle(envelope.Message);
        }
        catch (Exception e)
        {
            _lifecycle.Fail(e, null);
        }
        if (_receiveTimeout is not null && envelope.Message is not INotInfluenceReceiveTimeout)
            _receiveTimeout.Restart();
        _current = default;
    }

    public void InvokeSystem(SystemMessage message)
    {
        try
        {
            switch (message)
            {
                case SystemMessage.Continue piece:
                    Continue(piece.Task);
                    break;
                case SystemMessage.AsyncEnded ended:
                    AsyncEnded(ended);
                    break;
                case SystemMessage.Watch watch when IsTerminated:
                    watch.Watcher.SendSystem(new SystemMessage.Died(SelfRef));
                    break;
                case SystemMessage.Watch watch:
                    DeathWatch.AddWatcher(watch.Watcher);
                    break;
                case SystemMessage.Unwatch unwatch:
                    DeathWatch.RemoveWatcher(unwatch.Watcher);
                    break;
                case var other when !IsTerminated:
                    _lifecycle.Handle(other);
                    break;
            }
        }
        catch (Exception e)
        {
            _lifecycle.Fail(e, (message as SystemMessage.Failed)?.Child);
        }
    }

    /// <summary>Frees what a stopped actor no longer needs.</summary>
    public void Release()
    {
        SetReceiveTimeout(null);
        Mailbox.Close();
    }

    private IActorRef Watching(IActorRef subject, object? message)
    {
        ArgumentNullException.ThrowIfNull(subject);
        DeathWatch.Watch(TestKit.TestProbe.Unwrap(subject), message);
        return subject;
    }

    private void Handle(object message)
    {
        var actor = _lifecycle.Actor!; // user messages are held back while there is no instance
        var isHandled = _behaviors.TryPeek(out var behavior) ? behavior(message) : actor.InvokeReceive(message);
        if (!isHandled)
            actor.InvokeUnhandled(message);
    }

    private void AutoReceive(IAutoReceivedMessage message)
    {
        switch (message)
        {
            case Terminated terminated:
                if (DeathWatch.TakeNotice(terminated) is { } notice)
                    Handle(notice);
                break;
            case TimerFired fired:
                if (_timers?.Take(fired) is { } due)
                    Handle(due);
                break;
            case PoisonPill:
                SelfRef.SendSystem(new SystemMessage.Terminate());
                break;
            case Kill:
                throw new ActorKilledException("Kill");
            default:
                Handle(message);
                break;
        }
    }

    private void Continue(Task piece)
    {
        _current = _awaiting;
        _scheduler?.Run(piece);
        _current = default;
    }

    private void AsyncEnded(SystemMessage.AsyncEnded ended)
    {
        _current = _awaiting;
        _awaiting = default;
        Mailbox.Resume();
        _receiveTimeout?.Restart();
        try
        {
            ended.Task.GetAwaiter().GetResult(); // has ended: this only throws its failure
        }
        catch (Exception e) when (IsTerminated || !ReferenceEquals(ended.Instance, _lifecycle.Actor))
        {
            _lifecycle.LogError(e, "An asynchronous handler of an instance that is gone failed.");
        }
        catch (Exception e)
        {
            _lifecycle.Fail(e, null);
        }
        finally
        {
            _current = default;
        }
    }
}
