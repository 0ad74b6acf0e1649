namespace Farm.Actors.Cells;

/// <summary>Sends ReceiveTimeout to an actor that had no message for a span.</summary>
internal sealed class ReceiveTimeoutTimer : IDisposable
{
    private readonly Timer _timer;

    public ReceiveTimeoutTimer(LocalActorRef self, TimeSpan span)
    {
        Span = span;
        using (ExecutionContext.SuppressFlow())
            _timer = new Timer(_ => self.Tell(ReceiveTimeout.Instance, self), null, span, Timeout.InfiniteTimeSpan);
    }

    public TimeSpan Span { get; }

    public void Restart() => _timer.Change(Span, Timeout.InfiniteTimeSpan);

    public void Dispose() => _timer.Dispose();
}
