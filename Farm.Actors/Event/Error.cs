namespace Farm.Actors.Event;

/// <summary>A log event of the level ErrorLevel.</summary>
public sealed class Error(Exception? cause, string logSource, Type logClass, object message)
    : LogEvent(cause, logSource, logClass, message)
{
    public Error(string logSource, Type logClass, object message)
        : this(null, logSource, logClass, message) { }

    public override LogLevel LogLevel() => Event.LogLevel.ErrorLevel;
}
