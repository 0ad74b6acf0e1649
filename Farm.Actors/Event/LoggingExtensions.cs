namespace Farm.Actors.Event;

/// <summary>Logging by level.</summary>
public static class LoggingExtensions
{
    public static void Debug(this ILoggingAdapter log, string format, params object?[] args) =>
        log.Log(LogLevel.DebugLevel, null, format, args);

    public static void Info(this ILoggingAdapter log, string format, params object?[] args) =>
        log.Log(LogLevel.InfoLevel, null, format, args);

    public static void Warning(this ILoggingAdapter log, string format, params object?[] args) =>
        log.Log(LogLevel.WarningLevel, null, format, args);

    public static void Warning(this ILoggingAdapter log, Exception cause, string format, params object?[] args) =>
        log.Log(LogLevel.WarningLevel, cause, format, args);

    public static void Error(this ILoggingAdapter log, string format, params object?[] args) =>
        log.Log(LogLevel.ErrorLevel, null, format, args);

    public static void Error(this ILoggingAdapter log, Exception cause, string format, params object?[] args) =>
        log.Log(LogLevel.ErrorLevel, cause, format, args);
}
