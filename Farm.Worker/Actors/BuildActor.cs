using System.Diagnostics.CodeAnalysis;
using Farm.Protocol;
using Farm.Worker.Core;
using Farm.Worker.Execution;
using Microsoft.Extensions.Logging;

namespace Farm.Worker.Actors;

/// <summary>Runs one attempt and owns its cancellation; tells its parent exactly one <see cref="WorkerEvent.BuildEnded"/> and stops.</summary>
[SuppressMessage("Design", "CA1001", Justification = "An actor ends by PostStop, which disposes.")]
internal sealed class BuildActor : ReceiveActor
{
    private readonly BuildAssignment _assignment;
    private readonly IBuildExecutor _executor;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _cancellation = new();
    private readonly BuildActorProgress _progress;

    public BuildActor(BuildAssignment assignment, IBuildExecutor executor, ILogger log)
    {
        (_assignment, _executor, _log) = (assignment, executor, log);
        _progress = new BuildActorProgress(assignment.Key, Context.Parent);
        Receive<SlotGranted>(_ => _progress.GrantSlot());
        Receive<Cancel>(_ => _cancellation.Cancel());
        Receive<Ended>(ended =>
        {
            Context.Parent.Tell(new WorkerEvent.BuildEnded(_assignment.Key, ended.Outcome));
            Context.Stop(Self);
        });
    }

    protected override void PreStart()
    {
        var ct = _cancellation.Token;
        Task.Run(() => _executor.ExecuteAsync(_assignment, _progress, ct), CancellationToken.None)
            .PipeTo(Self, success: outcome => new Ended(outcome), failure: cause => new Ended(ToOutcome(cause)));
    }

    protected override void PostStop()
    {
        _cancellation.Cancel();
        _cancellation.Dispose();
    }

    private BuildOutcome ToOutcome(Exception thrown)
    {
        var cause = thrown is AggregateException { InnerException: { } inner } ? inner : thrown;
        if (cause is OperationCanceledException && _cancellation.IsCancellationRequested)
            return new BuildOutcome.Cancelled();
        Log.BuildCrashed(_log, _assignment.Key.Attempt.ToString(), _assignment.Request.Name, cause);
        return Failures.ToOutcome(cause);
    }

    /// <summary>A slot is free for this build.</summary>
    public sealed record SlotGranted
    {
        public static SlotGranted Instance { get; } = new();
    }

    /// <summary>End the build as soon as possible.</summary>
    public sealed record Cancel
    {
        public static Cancel Instance { get; } = new();
    }

    private sealed record Ended(BuildOutcome Outcome);
}
