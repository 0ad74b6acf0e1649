namespace Farm.Actors.Event;

/// <summary>A log event of the level WarningLevel.</summary>
public sealed class Warning(Exception? cause, string logSource, Type logClass, object message)
    : LogEvent(cause, logSource, logClass, message)
{
    public Warning(string logSource, Type logClass, object message)
        : this(null, logSource, logClass, message) { }

    public override LogLevel LogLevel() => Event.LogLevel.WarningLevel;
}
