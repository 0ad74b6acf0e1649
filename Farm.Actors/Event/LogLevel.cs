namespace Farm.Actors.Event;

/// <summary>How much a log event matters, least first.</summary>
public enum LogLevel
{
    DebugLevel,
    InfoLevel,
    WarningLevel,
    ErrorLevel,
}
