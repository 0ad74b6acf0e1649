using System.Diagnostics;
using Farm.Actors.Cells;

namespace Farm.Actors.TestKit;

/// <summary>A system, a test actor, and what a test may expect it to receive. What is expected is waited for: 3 seconds, what
/// remains of the innermost Within, or <c>akka.test.single-expect-default</c>.</summary>
public abstract class TestKitBase
{
    private static readonly TimeSpan s_pollInterval = TimeSpan.FromMilliseconds(10);
    private static long s_drawn;
    private readonly MessageLog _log = new();
    private Envelope _last;
    private long? _end; // of the innermost Within, on the stopwatch's scale

    private protected TestKitBase(ActorSystem system, string? name)
    {
        Sys = system;
        TestActor = system.ActorOf(
            Props.Create(() => new TestActor(_log)),
            name ?? $"testActor{Interlocked.Increment(ref s_drawn)}"
        );
    }

    public ActorSystem Sys { get; }
    public IActorRef TestActor { get; }
    public bool HasMessages => _log.HasMessages;

    /// <summary>Null before the first message was taken.</summary>
    public object? LastMessage => _last.Message;

    /// <summary>Who sent the message taken last.</summary>
    public IActorRef LastSender => _last.Sender ?? Sys.DeadLetters;

    /// <summary>What is left of the innermost Within, or the default.</summary>
    public TimeSpan RemainingOrDefault =>
        _end is { } end
            ? TimeSpan.FromTicks(Math.Max(0, Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), end).Ticks))
            : Sys.Settings.Config.GetTimeSpan("akka.test.single-expect-default", TimeSpan.FromSeconds(3));

    public TestProbe CreateTestProbe(string? name = null) => new(Sys, name);

    public IActorRef ActorOf(Props props, string? name = null) => Sys.ActorOf(props, name);

    /// <summary>Lets the test actor receive <see cref="Terminated"/>. Holds when it returns.</summary>
    public IActorRef Watch(IActorRef actorToWatch) => Run(new TestActor.Command.Watch(actorToWatch));

    public IActorRef Unwatch(IActorRef actorToUnwatch) => Run(new TestActor.Command.Unwatch(actorToUnwatch));

    /// <summary>From now on drops the messages for which the predicate is true.</summary>
    public void IgnoreMessages(Func<object, bool> shouldIgnoreMessage) => _log.Ignores = shouldIgnoreMessage;

    public void IgnoreNoMessages() => _log.Ignores = null;

    public T ExpectMsg<T>(
        TimeSpan? duration = null,
        string? hint = null,
        CancellationToken cancellationToken = default
    ) => Block(ExpectMsgAsync<T>(duration, hint, cancellationToken));

    public T ExpectMsg<T>(
        T message,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default
    ) => Block(ExpectMsgAsync(message, timeout, hint, cancellationToken));

    public T ExpectMsg<T>(
        Predicate<T> isMessage,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default
    ) => Block(ExpectMsgAsync(isMessage, timeout, hint, cancellationToken));

    public T ExpectMsg<T>(
        Action<T> assert,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default
    ) => Block(ExpectMsgAsync(assert, timeout, hint, cancellationToken));

    public ValueTask<T> ExpectMsgAsync<T>(
        TimeSpan? duration = null,
        string? hint = null,
        CancellationToken cancellationToken = default
    ) => ExpectMsgAsync((Action<T>)(_ => { }), duration, hint, cancellationToken);

    public ValueTask<T> ExpectMsgAsync<T>(
        T message,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default
    )
    {
        return ExpectMsgAsync((Action<T>)AssertEqual, timeout, hint, cancellationToken);

        void AssertEqual(T actual)
        {
            if (!Equivalence.AreEqual(message, actual))
                throw new TestKitAssertionException($"Expected {{{message}}}, but received {{{actual}}}. {hint}");
        }
    }

    public ValueTask<T> ExpectMsgAsync<T>(
        Predicate<T> isMessage,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default
    )
    {
        return ExpectMsgAsync((Action<T>)AssertAccepted, timeout, hint, cancellationToken);

        void AssertAccepted(T actual)
        {
            if (!isMessage(actual))
                throw new TestKitAssertionException($"Received {{{actual}}}, which the predicate refuses. {hint}");
        }
    }

    public async ValueTask<T> ExpectMsgAsync<T>(
        Action<T> assert,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(assert);
        var max = timeout ?? RemainingOrDefault;
        var received = await ReceiveOneAsync(max, cancellationToken).ConfigureAwait(false);
        switch (received)
        {
            case null:
                throw new TestKitAssertionException(
                    $"Timeout {max} while waiting for a message of type {typeof(T)}. {hint}"
                );
            case T message:
                assert(message);
                return message;
            default:
                throw new TestKitAssertionException(
                    $"Expected a message of type {typeof(T)}, but received {{{received}}} (type {received.GetType()}) from {LastSender}. {hint}"
                );
        }
    }

    /// <summary>Expects as many messages as are given, equal to these in any order.</summary>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(params T[] messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var missing = messages.ToList();
        var received = ReceiveN(messages.Length);
        foreach (var message in received)
        {
            if (!missing.Remove(missing.Find(wanted => Equivalence.AreEqual(wanted, message))!)) // absent: not removed
                throw new TestKitAssertionException(
                    $"Unexpected {{{message}}}; missing: {string.Join(", ", missing)}."
                );
        }
        return [.. received.Cast<T>()];
    }

    /// <summary>Asserts that nothing comes; this always takes the whole time.</summary>
    public void ExpectNoMsg(CancellationToken cancellationToken = default) =>
        ExpectNoMsg(RemainingOrDefault, cancellationToken);

    public void ExpectNoMsg(TimeSpan duration, CancellationToken cancellationToken = default) =>
        BlockOn(ExpectNoMsgAsync(duration, cancellationToken));

    public void ExpectNoMsg(int milliseconds, CancellationToken cancellationToken = default) =>
        ExpectNoMsg(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);

    public async ValueTask ExpectNoMsgAsync(TimeSpan duration, CancellationToken cancellationToken = default)
    {
        if (await ReceiveOneAsync(duration, cancellationToken).ConfigureAwait(false) is { } message)
            throw new TestKitAssertionException($"Expected no message in {duration}, but received {{{message}}}.");
    }

    public ValueTask ExpectNoMsgAsync(int milliseconds, CancellationToken cancellationToken = default) =>
        ExpectNoMsgAsync(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);

    public Terminated ExpectTerminated(
        IActorRef target,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default
    ) => Block(ExpectTerminatedAsync(target, timeout, hint, cancellationToken));

    public ValueTask<Terminated> ExpectTerminatedAsync(
        IActorRef target,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default
    ) =>
        ExpectMsgAsync<Terminated>(
            terminated => Equals(terminated.ActorRef, TestProbe.Unwrap(target)),
            timeout,
            $"Expected Terminated of {target}. {hint}",
            cancellationToken
        );

    /// <returns>Null when nothing comes in time.</returns>
    public object? ReceiveOne(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        Block(ReceiveOneAsync(max, cancellationToken));

    /// <returns>Null when nothing comes in time.</returns>
    public async ValueTask<object?> ReceiveOneAsync(TimeSpan? max = null, CancellationToken cancellationToken = default)
    {
        if (await _log.TakeAsync(max ?? RemainingOrDefault, cancellationToken).ConfigureAwait(false) is not { } taken)
            return null;
        _last = taken;
        return taken.Message;
    }

    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, CancellationToken cancellationToken = default) =>
        ReceiveN(numberOfMessages, RemainingOrDefault, cancellationToken);

    public IReadOnlyCollection<object> ReceiveN(
        int numberOfMessages,
        TimeSpan max,
        CancellationToken cancellationToken = default
    )
    {
        var started = Stopwatch.GetTimestamp();
        var received = new List<object>();
        while (received.Count < numberOfMessages)
        {
            var left = Left(started, max);
            received.Add(
                ReceiveOne(left, cancellationToken)
                    ?? throw new TestKitAssertionException(
                        $"Timeout {max} while waiting for {numberOfMessages} messages: got {received.Count}."
                    )
            );
        }
        return received;
    }

    /// <summary>Passes over messages until one of the type is accepted.</summary>
    public T FishForMessage<T>(
        Predicate<T> isMessage,
        TimeSpan? max = null,
        string hint = "",
        CancellationToken cancellationToken = default
    ) => Block(FishForMessageAsync(isMessage, max, hint, cancellationToken));

    public async ValueTask<T> FishForMessageAsync<T>(
        Predicate<T> isMessage,
        TimeSpan? max = null,
        string hint = "",
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(isMessage);
        var started = Stopwatch.GetTimestamp();
        var span = max ?? RemainingOrDefault;
        while (await ReceiveOneAsync(Left(started, span), cancellationToken).ConfigureAwait(false) is { } message)
        {
            if (message is T typed && isMessage(typed))
                return typed;
        }
        throw new TestKitAssertionException($"Timeout {span} while fishing for a message of type {typeof(T)}. {hint}");
    }

    /// <summary>Runs the action; what is expected in it must come within this time, and it must end in it.</summary>
    public void Within(TimeSpan max, Action action) =>
        BlockOn(
            new ValueTask(
                WithinAsync(
                    max,
                    () =>
                    {
                        action();
                        return Task.CompletedTask;
                    }
                )
            )
        );

    public Task WithinAsync(TimeSpan max, Func<Task> actionAsync) => WithinAsync(TimeSpan.Zero, max, actionAsync);

    public async Task WithinAsync(TimeSpan min, TimeSpan max, Func<Task> actionAsync)
    {
        ArgumentNullException.ThrowIfNull(actionAsync);
        var started = Stopwatch.GetTimestamp();
        var outer = _end;
        var end = started + (long)(max.TotalSeconds * Stopwatch.Frequency);
        _end = outer is { } outerEnd ? Math.Min(outerEnd, end) : end;
        try
        {
            await actionAsync().ConfigureAwait(false);
        }
        finally
        {
            _end = outer;
        }
        var elapsed = Stopwatch.GetElapsedTime(started);
        if (elapsed < min || elapsed > max)
            throw new TestKitAssertionException($"The block took {elapsed}; it should take {min} to {max}.");
    }

    public void AwaitAssert(Action assertion, TimeSpan? duration = null, TimeSpan? interval = null) =>
        BlockOn(new ValueTask(AwaitAssertAsync(assertion, duration, interval)));

    public Task AwaitAssertAsync(
        Action assertion,
        TimeSpan? duration = null,
        TimeSpan? interval = null,
        CancellationToken cancellationToken = default
    ) =>
        AwaitAssertAsync(
            () =>
            {
                assertion();
                return Task.CompletedTask;
            },
            duration,
            interval,
            cancellationToken
        );

    /// <summary>Repeats the assertion until it throws nothing; throws its last exception when the time is over.</summary>
    public async Task AwaitAssertAsync(
        Func<Task> assertion,
        TimeSpan? duration = null,
        TimeSpan? interval = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(assertion);
        var started = Stopwatch.GetTimestamp();
        var max = duration ?? RemainingOrDefault;
        while (true)
        {
            try
            {
                await assertion().ConfigureAwait(false);
                return;
            }
            catch (Exception) when (Left(started, max) > TimeSpan.Zero && !cancellationToken.IsCancellationRequested)
            {
                await Task.Delay(interval ?? s_pollInterval, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public void AwaitCondition(Func<bool> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, null, cancellationToken);

    public void AwaitCondition(
        Func<bool> conditionIsFulfilled,
        TimeSpan? max,
        CancellationToken cancellationToken = default
    ) =>
        BlockOn(
            new ValueTask(AwaitConditionAsync(() => Task.FromResult(conditionIsFulfilled()), max, cancellationToken))
        );

    public Task AwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled,
        CancellationToken cancellationToken = default
    ) => AwaitConditionAsync(conditionIsFulfilled, null, cancellationToken);

    public Task AwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled,
        TimeSpan? max,
        CancellationToken cancellationToken = default
    ) =>
        AwaitAssertAsync(
            async () =>
            {
                if (!await conditionIsFulfilled().ConfigureAwait(false))
                    throw new TestKitAssertionException(
                        $"The condition is not fulfilled within {max ?? RemainingOrDefault}."
                    );
            },
            max,
            null,
            cancellationToken
        );

    private protected void SetImplicitSender() => CurrentActor.SetTestActor(TestActor);

    private static TimeSpan Left(long started, TimeSpan max)
    {
        var left = max - Stopwatch.GetElapsedTime(started);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private static T Block<T>(ValueTask<T> task) => task.AsTask().GetAwaiter().GetResult();

    private static void BlockOn(ValueTask task) => task.AsTask().GetAwaiter().GetResult();

    private IActorRef Run(TestActor.Command command)
    {
        TestActor.Tell(command, ActorRefs.NoSender);
        command.Done.Task.GetAwaiter().GetResult();
        return command.Subject;
    }
}
