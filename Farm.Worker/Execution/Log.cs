using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Farm.Worker.Execution;

/// <summary>What the execution of builds logs.</summary>
internal static partial class Log
{
    [LoggerMessage(2101, LogLevel.Warning, "Input {Path} is not to be had from {Source}: {Reason}")]
    public static partial void SourceFailed(ILogger logger, string path, string source, string reason);

    [LoggerMessage(2102, LogLevel.Information, "Removed {Count} leftovers of an earlier run in {Directory}")]
    public static partial void LeftoversRemoved(ILogger logger, int count, string directory);

    [LoggerMessage(2104, LogLevel.Information, "{Notice}")]
    public static partial void Limits(ILogger logger, string notice);

    [LoggerMessage(
        2103,
        LogLevel.Warning,
        "The store was not closed when it was used last: {Leftovers} unfinished objects removed, {Bits} immutable bits set again, {Withdrawn} paths withdrawn"
    )]
    public static partial void StoreMended(ILogger logger, int leftovers, int bits, int withdrawn);
}
