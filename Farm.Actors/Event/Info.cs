namespace Farm.Actors.Event;

/// <summary>A log event of the level InfoLevel.</summary>
public sealed class Info(Exception? cause, string logSource, Type logClass, object message)
    : LogEvent(cause, logSource, logClass, message)
{
    public Info(string logSource, Type logClass, object message)
        : this(null, logSource, logClass, message) { }

    public override LogLevel LogLevel() => Event.LogLevel.InfoLevel;
}
