namespace Farm.Actors.Cells;

/// <summary>A timer is due; <see cref="CellTimers"/> says whether it still counts.</summary>
internal sealed class TimerFired(CellTimers owner, object key, long generation)
    : IAutoReceivedMessage,
        IDeadLetterSuppression
{
    public CellTimers Owner { get; } = owner;
    public object Key { get; } = key;
    public long Generation { get; } = generation;
}
