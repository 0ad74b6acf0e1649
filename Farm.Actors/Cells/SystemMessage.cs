namespace Farm.Actors.Cells;

/// <summary>What the engine's parts say to one another; handled before any user message, and while suspended.</summary>
internal abstract class SystemMessage
{
    private SystemMessage() { }

    public sealed class Create : SystemMessage;

    public sealed class Terminate : SystemMessage;

    public sealed class Suspend : SystemMessage;

    public sealed class Resume(Exception? cause) : SystemMessage
    {
        /// <summary>The failure that this answers; null when only the parent had failed.</summary>
        public Exception? Cause { get; } = cause;
    }

    public sealed class Recreate(Exception cause) : SystemMessage
    {
        public Exception Cause { get; } = cause;
    }

    public sealed class Failed(IInternalActorRef child, Exception cause) : SystemMessage
    {
        public IInternalActorRef Child { get; } = child;
        public Exception Cause { get; } = cause;
    }

    public sealed class Watch(IInternalActorRef watcher) : SystemMessage
    {
        public IInternalActorRef Watcher { get; } = watcher;
    }

    public sealed class Unwatch(IInternalActorRef watcher) : SystemMessage
    {
        public IInternalActorRef Watcher { get; } = watcher;
    }

    public sealed class Died(IInternalActorRef actor) : SystemMessage
    {
        public IInternalActorRef Actor { get; } = actor;
    }

    /// <summary>A piece of an asynchronous handler, to run in the actor's context.</summary>
    public sealed class Continue(Task task) : SystemMessage
    {
        public Task Task { get; } = task;
    }

    /// <summary>An asynchronous handler has ended.</summary>
    public sealed class AsyncEnded(Task task, ActorBase? instance) : SystemMessage
    {
        public Task Task { get; } = task;

        /// <summary>Whose handler it was; a failure does not count against a later incarnation.</summary>
        public ActorBase? Instance { get; } = instance;
    }
}
