namespace Farm.Actors.Cells;

/// <summary>The timers of one actor instance. Only in the actor's turn.</summary>
internal sealed class CellTimers(LocalActorRef self, IScheduler scheduler) : ITimerScheduler
{
    private readonly Dictionary<object, Timer> _timers = [];
    private long _generation;

    public void StartSingleTimer(object key, object msg, TimeSpan timeout)
    {
        var fired = Replace(key);
        Remember(key, msg, fired, scheduler.ScheduleTellOnceCancelable(timeout, self, fired, self), repeats: false);
    }

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval) =>
        StartPeriodicTimer(key, msg, interval, interval);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval)
    {
        var fired = Replace(key);
        var task = scheduler.ScheduleTellRepeatedlyCancelable(initialDelay, interval, self, fired, self);
        Remember(key, msg, fired, task, repeats: true);
    }

    public bool IsTimerActive(object key) => _timers.ContainsKey(key);

    public void Cancel(object key)
    {
        if (_timers.Remove(key, out var timer))
            timer.Task.Cancel();
    }

    public void CancelAll()
    {
        foreach (var timer in _timers.Values)
            timer.Task.Cancel();
        _timers.Clear();
    }

    /// <returns>The message to handle; null when the timer no longer counts.</returns>
    public object? Take(TimerFired fired)
    {
        if (
            !ReferenceEquals(fired.Owner, this)
            || !_timers.TryGetValue(fired.Key, out var timer)
            || timer.Generation != fired.Generation
        )
            return null;
        if (!timer.Repeats)
            _timers.Remove(fired.Key);
        return timer.Message;
    }

    private TimerFired Replace(object key)
    {
        Cancel(key);
        return new TimerFired(this, key, ++_generation);
    }

    private void Remember(object key, object message, TimerFired fired, ICancelable task, bool repeats)
    {
        ArgumentNullException.ThrowIfNull(message);
        _timers[key] = new Timer(message, fired.Generation, task, repeats);
    }

    private sealed record Timer(object Message, long Generation, ICancelable Task, bool Repeats);
}
