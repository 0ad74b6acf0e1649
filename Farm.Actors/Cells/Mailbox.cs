namespace Farm.Actors.Cells;

/// <summary>The messages of one actor, and its turns on the thread pool: one at a time, system messages first.</summary>
internal sealed class Mailbox(ActorCell cell) : IThreadPoolWorkItem
{
    /// <summary>User messages handled in one turn before others get theirs.</summary>
    private const int Throughput = 64;

    private const int Idle = 0;
    private const int Scheduled = 1;

    private readonly MessageQueue<Envelope> _user = new();
    private readonly MessageQueue<SystemMessage> _system = new();
    private LinkedList<Envelope>? _returned; // unstashed: before the others
    private int _suspensions;
    private int _state;

    public void Post(Envelope envelope)
    {
        _user.Enqueue(envelope);
        Schedule(preferLocal: true);
    }

    public void PostSystem(SystemMessage message)
    {
        _system.Enqueue(message);
        Schedule(preferLocal: true);
    }

    /// <summary>Holds back user messages until as many calls of <see cref="Resume"/>. Only in the actor's turn.</summary>
    public void Suspend() => _suspensions++;

    public void Resume() => _suspensions = Math.Max(0, _suspensions - 1);

    /// <summary>From now on nothing is held back: all that comes goes to the dead letters.</summary>
    public void Close() => _suspensions = 0;

    /// <summary>Puts messages before all that wait, keeping their order. Only in the actor's turn.</summary>
    public void Return(IEnumerable<Envelope> envelopes)
    {
        _returned ??= new LinkedList<Envelope>();
        foreach (var envelope in envelopes.Reverse())
            _returned.AddFirst(envelope);
    }

    void IThreadPoolWorkItem.Execute()
    {
        CurrentActor.Cell = cell;
        try
        {
            HandleSystem();
            for (var left = Throughput; left > 0 && _suspensions == 0 && TryTake(out var envelope); left--)
            {
                cell.Invoke(envelope);
                HandleSystem();
            }
        }
        finally
        {
            CurrentActor.Cell = null;
            var takesUser = _suspensions == 0;
            var hasReturned = takesUser && _returned?.Count > 0;
            Interlocked.Exchange(ref _state, Idle);
            if (hasReturned || !_system.IsEmpty || (takesUser && !_user.IsEmpty))
                Schedule(preferLocal: false);
        }
    }

    private void HandleSystem()
    {
        while (_system.TryDequeue(out var message))
            cell.InvokeSystem(message);
    }

    private bool TryTake(out Envelope envelope)
    {
        if (_returned?.First is not { } first)
            return _user.TryDequeue(out envelope);
        envelope = first.Value;
        _returned.RemoveFirst();
        return true;
    }

    private void Schedule(bool preferLocal)
    {
        if (Interlocked.CompareExchange(ref _state, Scheduled, Idle) == Idle)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal);
    }
}
