namespace Farm.Actors.Cells;

/// <summary>Whom an actor watches, and who watches it. Only in the actor's turn.</summary>
internal sealed class DeathWatch(LocalActorRef self)
{
    private readonly Dictionary<IActorRef, object?> _watching = []; // subject → message in place of Terminated
    private readonly Dictionary<IActorRef, object?> _queued = []; // ended, notice not yet handled
    private readonly HashSet<IInternalActorRef> _watchers = [];

    public void Watch(IActorRef subject, object? message)
    {
        if (ReferenceEquals(subject, self) || subject is not IInternalActorRef target)
            return;
        if (_watching.TryGetValue(subject, out var before) && !Equals(before, message))
            throw new InvalidOperationException(
                $"{self.Path} watches {subject.Path} with another message already: call Unwatch first."
            );
        if (_watching.TryAdd(subject, message))
            target.SendSystem(new SystemMessage.Watch(self));
    }

    public void Unwatch(IActorRef subject)
    {
        if (_watching.Remove(subject) && subject is IInternalActorRef target)
            target.SendSystem(new SystemMessage.Unwatch(self));
        _queued.Remove(subject);
    }

    public void UnwatchAll()
    {
        foreach (var subject in _watching.Keys.ToArray())
            Unwatch(subject);
        _queued.Clear();
    }

    /// <summary>Queues the notice behind the messages that wait, if the subject is watched.</summary>
    public void SubjectDied(IActorRef subject)
    {
        if (!_watching.Remove(subject, out var message))
            return;
        _queued[subject] = message;
        self.Tell(new Terminated(subject, existenceConfirmed: true, addressTerminated: false), subject);
    }

    /// <returns>The message to handle; null when Unwatch came in between.</returns>
    public object? TakeNotice(Terminated terminated) =>
        _queued.Remove(terminated.ActorRef, out var message) ? message ?? terminated : null;

    public void AddWatcher(IInternalActorRef watcher) => _watchers.Add(watcher);

    public void RemoveWatcher(IInternalActorRef watcher) => _watchers.Remove(watcher);

    public void TellWatchers(IInternalActorRef except)
    {
        foreach (var watcher in _watchers.Where(watcher => !ReferenceEquals(watcher, except)))
            watcher.SendSystem(new SystemMessage.Died(self));
        _watchers.Clear();
    }
}
