namespace Farm.Actors;

/// <summary>Tells messages later.</summary>
public interface IScheduler
{
    DateTimeOffset Now { get; }

    /// <summary>Time since a fixed but arbitrary point.</summary>
    TimeSpan MonotonicClock { get; }
    void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef? sender);
    void ScheduleTellOnce(
        TimeSpan delay,
        ICanTell receiver,
        object message,
        IActorRef? sender,
        ICancelable? cancelable
    );
    void ScheduleTellRepeatedly(
        TimeSpan initialDelay,
        TimeSpan interval,
        ICanTell receiver,
        object message,
        IActorRef? sender
    );
    void ScheduleTellRepeatedly(
        TimeSpan initialDelay,
        TimeSpan interval,
        ICanTell receiver,
        object message,
        IActorRef? sender,
        ICancelable? cancelable
    );
}
