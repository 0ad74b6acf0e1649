using Farm.Protocol;

namespace Farm.Worker.Core;

/// <summary>What can happen to a worker.</summary>
public abstract record WorkerEvent
{
    private WorkerEvent() { }

    /// <summary>A connection to a coordinator stands.</summary>
    /// <param name="Session">Greater than the number of any session before.</param>
    public sealed record SessionOpened(long Session) : WorkerEvent;

    public sealed record SessionClosed(long Session) : WorkerEvent;

    public sealed record MessageReceived(long Session, CoordinatorMessage Message) : WorkerEvent;

    /// <summary>A build looked after its inputs, has them, and wants to start the builder.</summary>
    public sealed record SlotWanted(AttemptKey Key) : WorkerEvent;

    /// <summary>The builder has ended and its outputs are registered (or were valid before); the upload begins.</summary>
    public sealed record UploadStarted(AttemptKey Key) : WorkerEvent;

    /// <summary>The outputs are in the coordinator's store.</summary>
    public sealed record UploadEnded(AttemptKey Key) : WorkerEvent;

    /// <param name="LogBytes">The new length.</param>
    public sealed record LogGrew(AttemptKey Key, long LogBytes) : WorkerEvent;

    /// <summary>A build has ended, for whatever reason; nothing of it runs any more.</summary>
    public sealed record BuildEnded(AttemptKey Key, BuildOutcome Outcome) : WorkerEvent;

    /// <summary>Time has passed.</summary>
    public sealed record Tick : WorkerEvent;

    /// <summary>The node is to end.</summary>
    public sealed record StopRequested : WorkerEvent;
}
