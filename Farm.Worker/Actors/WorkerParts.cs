using Farm.Worker.Core;
using Farm.Worker.Execution;
using Microsoft.Extensions.Logging;

namespace Farm.Worker.Actors;

/// <summary>What a worker's actors are made of.</summary>
/// <param name="Profile">What the worker is.</param>
/// <param name="Session">How it keeps its session.</param>
/// <param name="Executor">The chain that takes an attempt to its outcome.</param>
/// <param name="Spool">Where logs wait.</param>
/// <param name="Clock">What time it is.</param>
/// <param name="TickInterval">How often deadlines and heartbeats are looked after.</param>
/// <param name="Log">Where the actors log.</param>
public sealed record WorkerParts(
    WorkerProfile Profile,
    SessionSettings Session,
    IBuildExecutor Executor,
    LogSpool Spool,
    TimeProvider Clock,
    TimeSpan TickInterval,
    ILogger Log
);
