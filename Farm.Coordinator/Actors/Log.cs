using Farm.Protocol;
using Farm.Protocol.Api;
using Farm.Store.Paths;
using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Farm.Coordinator.Actors;

/// <summary>What the coordinator's actors write to the node's log.</summary>
internal static partial class Log
{
    [LoggerMessage(3000, LogLevel.Warning, "{Notice}")]
    public static partial void StoreNotice(ILogger log, string notice);

    [LoggerMessage(3001, LogLevel.Information, "Step {DrvPath}: attempt {Attempt} goes to {Worker}")]
    public static partial void AttemptStarted(ILogger log, StorePath drvPath, AttemptId attempt, WorkerId worker);

    [LoggerMessage(3002, LogLevel.Information, "Step {DrvPath}: attempt {Attempt} is over: {Outcome}")]
    public static partial void AttemptEnded(ILogger log, StorePath drvPath, AttemptId attempt, string outcome);

    [LoggerMessage(3003, LogLevel.Information, "Build {Build} is over: {State}")]
    public static partial void BuildEnded(ILogger log, BuildId build, BuildState state);

    [LoggerMessage(3004, LogLevel.Warning, "Worker {Worker} is {Health}")]
    public static partial void WorkerHealthChanged(ILogger log, WorkerId worker, string health);

    [LoggerMessage(3005, LogLevel.Error, "{Records} records could not be written; trying again")]
    public static partial void JournalFailed(ILogger log, int records, Exception cause);

    [LoggerMessage(3006, LogLevel.Error, "The outputs of attempt {Attempt} could not be looked up; trying again")]
    public static partial void OutputsNotLookedUp(ILogger log, AttemptId attempt, Exception cause);

    [LoggerMessage(3007, LogLevel.Error, "A piece of the log of attempt {Attempt} could not be stored")]
    public static partial void LogNotStored(ILogger log, AttemptId attempt, Exception cause);

    [LoggerMessage(3008, LogLevel.Information, "Worker {Worker} connected with {Slots} slots for {Systems}")]
    public static partial void SessionOpened(ILogger log, WorkerId worker, int slots, string systems);

    [LoggerMessage(3009, LogLevel.Information, "The session of worker {Worker} ended: {Reason}")]
    public static partial void SessionEnded(ILogger log, string worker, string reason);

    [LoggerMessage(3010, LogLevel.Warning, "A session was refused: {Reason}")]
    public static partial void SessionRefused(ILogger log, string reason);

    [LoggerMessage(3011, LogLevel.Error, "The request of attempt {Attempt} for {DrvPath} cannot be made")]
    public static partial void RequestUnavailable(ILogger log, AttemptId attempt, StorePath drvPath, Exception cause);

    [LoggerMessage(3013, LogLevel.Error, "What {DrvPath} comes to could not be looked up; trying again")]
    public static partial void StepNotResolved(ILogger log, StorePath drvPath, Exception cause);

    [LoggerMessage(
        3012,
        LogLevel.Warning,
        "The store was not closed when it was used last: {Leftovers} unfinished objects removed, {Bits} immutable bits set again, {Withdrawn} paths withdrawn"
    )]
    public static partial void StoreMended(ILogger log, int leftovers, int bits, int withdrawn);
}
