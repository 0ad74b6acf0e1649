using Farm.Actors.Cells;

namespace Farm.Actors;

/// <summary>Scheduling with something to cancel it by.</summary>
public static class SchedulerExtensions
{
    public static ICancelable ScheduleTellOnceCancelable(
        this IScheduler scheduler,
        TimeSpan delay,
        ICanTell receiver,
        object message,
        IActorRef? sender
    )
    {
        var cancelable = new TimerCancelable();
        scheduler.ScheduleTellOnce(delay, receiver, message, sender, cancelable);
        return cancelable;
    }

    public static ICancelable ScheduleTellRepeatedlyCancelable(
        this IScheduler scheduler,
        TimeSpan initialDelay,
        TimeSpan interval,
        ICanTell receiver,
        object message,
        IActorRef? sender
    )
    {
        var cancelable = new TimerCancelable();
        scheduler.ScheduleTellRepeatedly(initialDelay, interval, receiver, message, sender, cancelable);
        return cancelable;
    }
}
