namespace Farm.Actors.Cells;

/// <summary>Stands for the asker: takes one answer; what comes later goes to the dead letters.</summary>
internal sealed class FutureActorRef<T>(ActorSystem system, ActorPath path) : ActorRefBase(path), IInternalActorRef
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private readonly List<IInternalActorRef> _watchers = [];
    private bool _isEnded;

    public ActorSystem System => system;
    public bool IsTerminated => _answer.Task.IsCompleted;
    public Task<T> Answer => _answer.Task;

    public override void Tell(object message, IActorRef? sender)
    {
        var isTaken = message switch
        {
            T answer => _answer.TrySetResult(answer),
            Status.Failure failure => _answer.TrySetException(failure.Cause),
            _ => false,
        };
        if (!isTaken)
        {
            Fail(
                new ArgumentException($"Received message of type [{message.GetType()}] - Ask expected [{typeof(T)}].")
            );
            if (!_answer.Task.IsCanceled)
                system.DeadLetterRef.Publish(message, sender, this);
        }
        End();
    }

    public void Fail(Exception cause)
    {
        if (_answer.TrySetException(cause))
            End();
    }

    public void Cancel(CancellationToken ct)
    {
        if (_answer.TrySetCanceled(ct))
            End();
    }

    public void SendSystem(SystemMessage message)
    {
        switch (message)
        {
            case SystemMessage.Terminate:
                Fail(new ActorKilledException($"The asker {Path} was stopped."));
                break;
            case SystemMessage.Unwatch unwatch:
                lock (_lock)
                    _watchers.Remove(unwatch.Watcher);
                break;
            case SystemMessage.Watch watch:
                if (!TryAdd(watch.Watcher))
                    watch.Watcher.SendSystem(new SystemMessage.Died(this));
                break;
        }
    }

    private bool TryAdd(IInternalActorRef watcher)
    {
        lock (_lock)
        {
            if (!_isEnded)
                _watchers.Add(watcher);
            return !_isEnded;
        }
    }

    private void End()
    {
        IInternalActorRef[] watchers;
        lock (_lock)
        {
            _isEnded = true;
            watchers = [.. _watchers];
            _watchers.Clear();
        }
        foreach (var watcher in watchers)
            watcher.SendSystem(new SystemMessage.Died(this));
    }
}
