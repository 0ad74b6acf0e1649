namespace Farm.Actors.Event;

/// <summary>Makes loggers.</summary>
public static class Logging
{
    /// <summary>A logger whose source is the actor's path.</summary>
    public static ILoggingAdapter GetLogger(this IActorContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new BusLogging(context.System, context.Self.Path.ToString(), context.Props.Type);
    }

    public static ILoggingAdapter GetLogger(ActorSystem system, string logSource) =>
        new BusLogging(system, logSource, typeof(ActorSystem));

    /// <exception cref="Configuration.ConfigurationException">The text is no level.</exception>
    internal static LogLevel? LevelFor(string key, string? name) =>
        name?.ToUpperInvariant() switch
        {
            "DEBUG" => LogLevel.DebugLevel,
            "INFO" => LogLevel.InfoLevel,
            "WARNING" => LogLevel.WarningLevel,
            "ERROR" => LogLevel.ErrorLevel,
            "OFF" => null,
            _ => throw new Configuration.ConfigurationException(
                $"{key} is '{name}': a log level is one of DEBUG, INFO, WARNING, ERROR, OFF."
            ),
        };

    internal static LogEvent Event(LogLevel level, Exception? cause, string source, Type type, object message) =>
        level switch
        {
            LogLevel.DebugLevel => new Debug(cause, source, type, message),
            LogLevel.InfoLevel => new Info(cause, source, type, message),
            LogLevel.WarningLevel => new Warning(cause, source, type, message),
            _ => new Error(cause, source, type, message),
        };
}
