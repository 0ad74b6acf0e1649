using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Farm.Worker.Actors;

/// <summary>What a worker's actors log.</summary>
internal static partial class Log
{
    [LoggerMessage(2000, LogLevel.Warning, "{Notice}")]
    public static partial void StoreNotice(ILogger logger, string notice);

    [LoggerMessage(2001, LogLevel.Information, "Session with {Url} is open")]
    public static partial void SessionOpened(ILogger logger, Uri url);

    [LoggerMessage(2002, LogLevel.Warning, "Session with {Url} ended: {Reason}")]
    public static partial void SessionEnded(ILogger logger, Uri url, string reason);

    [LoggerMessage(2003, LogLevel.Warning, "Cannot connect to {Url}: {Reason}")]
    public static partial void ConnectFailed(ILogger logger, Uri url, string reason);

    [LoggerMessage(2004, LogLevel.Error, "The coordinator refuses this worker: {Reason}")]
    public static partial void Refused(ILogger logger, string reason);

    [LoggerMessage(2005, LogLevel.Error, "Attempt {Attempt} of {Name} failed by the worker's fault")]
    public static partial void BuildCrashed(ILogger logger, string attempt, string name, Exception cause);

    [LoggerMessage(2006, LogLevel.Error, "An actor failed")]
    public static partial void ActorFailed(ILogger logger, Exception cause);
}
