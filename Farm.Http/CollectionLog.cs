using Farm.Store.Collector;
using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Farm.Http;

/// <summary>Writes to a node's log what collections do that begin by themselves.</summary>
public sealed partial class CollectionLog(ILogger log) : IProgress<AutoCollection>
{
    public void Report(AutoCollection value)
    {
        switch (value)
        {
            case AutoCollection.Begun { FreeBytes: { } free }:
                Begun(log, free);
                break;
            case AutoCollection.Begun:
                BegunOnFullDisk(log);
                break;
            case AutoCollection.Ended ended:
                var deleted = ended.Report.DeletedPaths + ended.Report.DeletedLeftovers;
                Ended(log, deleted, ended.Report.FreedBytes, ended.FreeBytes);
                break;
            case AutoCollection.Failed failed:
                Failed(log, failed.Cause.Message);
                break;
        }
    }

    [LoggerMessage(
        5000,
        LogLevel.Information,
        "The store collects garbage: {FreeBytes} bytes are free, fewer than farm.store.min-free"
    )]
    private static partial void Begun(ILogger logger, long freeBytes);

    [LoggerMessage(5001, LogLevel.Warning, "The store collects garbage: its disk is full")]
    private static partial void BegunOnFullDisk(ILogger logger);

    [LoggerMessage(
        5002,
        LogLevel.Information,
        "The store has collected garbage: {Deleted} paths deleted, {FreedBytes} bytes freed, {FreeBytes} bytes are free now"
    )]
    private static partial void Ended(ILogger logger, long deleted, long freedBytes, long freeBytes);

    [LoggerMessage(5003, LogLevel.Error, "The store could not collect garbage: {Reason}")]
    private static partial void Failed(ILogger logger, string reason);
}
