using Farm.Store.Wire;
using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Farm.Daemon.Connections;

/// <summary>What a daemon tells its operator of its clients.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Debug, "A client left: {Reason}")]
    public static partial void ClientLeft(ILogger log, string reason);

    [LoggerMessage(2, LogLevel.Warning, "A client broke the protocol: {Reason}")]
    public static partial void ClientBroke(ILogger log, string reason);

    [LoggerMessage(3, LogLevel.Error, "The operation {Operation} failed in a way that it should not.")]
    public static partial void WorkFailed(ILogger log, WorkerOperation operation, Exception failure);

    [LoggerMessage(4, LogLevel.Error, "Contents could not be sent: {Reason}")]
    public static partial void ContentsFailed(ILogger log, string reason);

    [LoggerMessage(5, LogLevel.Information, "The user {User} is refused.")]
    public static partial void Refused(ILogger log, string user);

    [LoggerMessage(6, LogLevel.Debug, "The user {User} is served, process {Process}, trusted: {Trusted}.")]
    public static partial void Served(ILogger log, string user, int process, bool trusted);

    [LoggerMessage(7, LogLevel.Error, "A connection ended in a way that it should not.")]
    public static partial void SessionFailed(ILogger log, Exception failure);

    [LoggerMessage(8, LogLevel.Error, "No connection could be accepted: {Reason}")]
    public static partial void AcceptFailed(ILogger log, string reason);

    [LoggerMessage(9, LogLevel.Information, "{Notice}")]
    public static partial void Limits(ILogger log, string notice);
}
