using Farm.Store.Paths;
using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Farm.Coordinator.Planning;

/// <summary>What planning writes to the node's log.</summary>
internal static partial class Log
{
    [LoggerMessage(3101, LogLevel.Information, "{Paths} paths come from binary caches: {Bytes} bytes to download")]
    public static partial void FetchingPlanned(ILogger log, int paths, long bytes);

    [LoggerMessage(3102, LogLevel.Debug, "{Path} was fetched from a binary cache")]
    public static partial void Fetched(ILogger log, StorePath path);

    [LoggerMessage(3103, LogLevel.Warning, "{Path} was not fetched: {Reason}")]
    public static partial void FetchingFailed(ILogger log, StorePath path, string reason);
}
