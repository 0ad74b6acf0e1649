namespace Farm.Actors;

/// <summary>An actor with timers; the engine sets the property before PreStart.</summary>
public interface IWithTimers
{
    ITimerScheduler Timers { get; set; }
}
