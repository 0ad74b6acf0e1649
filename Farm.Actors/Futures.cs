using Farm.Actors.Cells;

namespace Farm.Actors;

/// <summary>Asking: a message whose answer is a task.</summary>
public static class Futures
{
    /// <inheritdoc cref="Ask{T}(ICanTell, Func{IActorRef, object}, TimeSpan?, CancellationToken)"/>
    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout = null) =>
        self.Ask<object>(message, timeout, CancellationToken.None);

    /// <inheritdoc cref="Ask{T}(ICanTell, Func{IActorRef, object}, TimeSpan?, CancellationToken)"/>
    public static Task<object> Ask(this ICanTell self, object message, CancellationToken cancellationToken) =>
        self.Ask<object>(message, null, cancellationToken);

    /// <inheritdoc cref="Ask{T}(ICanTell, Func{IActorRef, object}, TimeSpan?, CancellationToken)"/>
    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout = null) =>
        self.Ask<T>(message, timeout, CancellationToken.None);

    /// <inheritdoc cref="Ask{T}(ICanTell, Func{IActorRef, object}, TimeSpan?, CancellationToken)"/>
    public static Task<T> Ask<T>(this ICanTell self, object message, CancellationToken cancellationToken) =>
        self.Ask<T>(message, null, cancellationToken);

    /// <inheritdoc cref="Ask{T}(ICanTell, Func{IActorRef, object}, TimeSpan?, CancellationToken)"/>
    public static Task<T> Ask<T>(
        this ICanTell self,
        object message,
        TimeSpan? timeout,
        CancellationToken cancellationToken
    ) => self.Ask<T>(_ => message, timeout, cancellationToken);

    /// <summary>Tells, and completes with the first answer; a <see cref="Status.Failure"/> fails the task with its cause.</summary>
    /// <param name="self">Whom to ask.</param>
    /// <param name="messageFactory">Makes the question, given whom to answer.</param>
    /// <param name="timeout">Null: as long as it takes.</param>
    /// <param name="cancellationToken">Cancels the wait, not the work.</param>
    /// <exception cref="AskTimeoutException">No answer came in time.</exception>
    /// <exception cref="ArgumentException">The answer is of another type, or the one asked is no actor.</exception>
    public static async Task<T> Ask<T>(
        this ICanTell self,
        Func<IActorRef, object> messageFactory,
        TimeSpan? timeout,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(messageFactory);
        var system =
            (self as IInternalActorRef)?.System
            ?? CurrentActor.Cell?.System
            ?? throw new ArgumentException($"{self} cannot be asked: it belongs to no actor system.", nameof(self));
        cancellationToken.ThrowIfCancellationRequested();
        var asker = new FutureActorRef<T>(system, new ActorPath(system.TempPath, "ask", system.NextUid()));
        using var cancelling = cancellationToken.UnsafeRegister(_ => asker.Cancel(cancellationToken), null);
        var span = timeout is { } given && given > TimeSpan.Zero ? given : Timeout.InfiniteTimeSpan;
        using var timer =
            span == Timeout.InfiniteTimeSpan ? null : StartTimer(() => asker.Fail(TimedOut(self, span)), span);
        self.Tell(messageFactory(asker), asker);
        return await asker.Answer.ConfigureAwait(false);
    }

    private static AskTimeoutException TimedOut(ICanTell asked, TimeSpan span) =>
        new($"Timeout after {span} waiting for an answer of {(asked as IActorRef)?.Path}.");

    private static Timer StartTimer(Action act, TimeSpan span)
    {
        using (ExecutionContext.SuppressFlow())
            return new Timer(_ => act(), null, span, Timeout.InfiniteTimeSpan);
    }
}
