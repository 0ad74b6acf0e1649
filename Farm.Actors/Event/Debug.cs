namespace Farm.Actors.Event;

/// <summary>A log event of the level DebugLevel.</summary>
public sealed class Debug(Exception? cause, string logSource, Type logClass, object message)
    : LogEvent(cause, logSource, logClass, message)
{
    public Debug(string logSource, Type logClass, object message)
        : this(null, logSource, logClass, message) { }

    public override LogLevel LogLevel() => Event.LogLevel.DebugLevel;
}
