using Farm.Protocol;
using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Farm.Daemon.Farms;

/// <summary>What the work with a farm writes to the daemon's log.</summary>
internal static partial class Log
{
    [LoggerMessage(6101, LogLevel.Warning, "Build {Build} at {Coordinator} could not be cancelled and goes on there")]
    public static partial void NotCancelled(ILogger log, BuildId build, Uri coordinator, Exception cause);
}
