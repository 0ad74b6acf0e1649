using Farm.Protocol;

namespace Farm.Worker.Core;

/// <summary>What a worker has to do, in order.</summary>
public abstract record WorkerEffect
{
    private WorkerEffect() { }

    /// <summary>Say something in the present session.</summary>
    public sealed record Send(WorkerMessage Message) : WorkerEffect;

    /// <summary>Send a piece of a log from the spool, in order with the other messages.</summary>
    public sealed record SendLog(AttemptKey Key, long Offset, int Count) : WorkerEffect;

    /// <summary>Start a build; it ends with exactly one <see cref="WorkerEvent.BuildEnded"/>.</summary>
    public sealed record StartBuild(AttemptKey Key, DesiredAttempt Order) : WorkerEffect;

    /// <summary>Let a build that asked for a slot start its builder.</summary>
    public sealed record GrantSlot(AttemptKey Key) : WorkerEffect;

    /// <summary>Make a build end as soon as it can.</summary>
    public sealed record CancelBuild(AttemptKey Key) : WorkerEffect;

    /// <summary>Remove the log of an attempt that is over.</summary>
    public sealed record Forget(AttemptKey Key) : WorkerEffect;

    /// <summary>The coordinator refuses this worker.</summary>
    /// <param name="IsFinal">Whether the node should end with this reason.</param>
    public sealed record Refused(string Reason, bool IsFinal) : WorkerEffect;

    /// <summary>Everything has ended after a request to stop.</summary>
    public sealed record Stopped : WorkerEffect;
}
