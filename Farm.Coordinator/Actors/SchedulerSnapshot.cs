using Farm.Coordinator.Scheduling;

namespace Farm.Coordinator.Actors;

/// <summary>The latest durable state, for those who only read. One writer: the scheduler's actor.</summary>
internal sealed class SchedulerSnapshot(SchedulerState initial)
{
    private volatile SchedulerState _state = initial;

    public SchedulerState State
    {
        get => _state;
        set => _state = value;
    }
}
