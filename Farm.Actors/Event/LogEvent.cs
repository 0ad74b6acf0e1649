namespace Farm.Actors.Event;

/// <summary>One entry for the log, published on the event stream.</summary>
public abstract class LogEvent(Exception? cause, string logSource, Type logClass, object message)
{
    /// <summary>Null when no exception is the reason.</summary>
    public Exception? Cause { get; } = cause;
    public string LogSource { get; } = logSource;
    public Type LogClass { get; } = logClass;
    public object Message { get; } = message;
    public DateTime Timestamp { get; } = DateTime.UtcNow;

    public abstract LogLevel LogLevel();

    public override string ToString()
    {
        var level = LogLevel().ToString().Replace("Level", "", StringComparison.Ordinal).ToUpperInvariant();
        var line = $"[{level}][{Timestamp:yyyy-MM-ddTHH:mm:ss.fffZ}][{LogSource}] {Message}";
        return Cause is null ? line : $"{line}{Environment.NewLine}Cause: {Cause}";
    }
}
