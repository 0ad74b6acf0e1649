using Farm.Actors.Cells;

namespace Farm.Actors;

/// <summary>An actor whose handlers are declared by message type, in its constructor or in a Become; the first that fits
/// takes the message.</summary>
public abstract class ReceiveActor : ActorBase
{
    private readonly HandlerList _initial = new();
    private HandlerList? _declaring;

    protected ReceiveActor() => _declaring = _initial;

    protected sealed override bool Receive(object message)
    {
        _declaring = null;
        return _initial.Handle(message);
    }

    /// <summary>Declares new handlers in place of the present ones.</summary>
    protected void Become(Action configure) => base.Become(Declare(configure).Handle);

    /// <summary>Declares new handlers on top of the present ones; UnbecomeStacked comes back to these.</summary>
    protected void BecomeStacked(Action configure) => base.BecomeStacked(Declare(configure).Handle);

    protected void Receive<T>(Action<T> handler, Predicate<T>? shouldHandle = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Add(message => Try(message, shouldHandle, handler));
    }

    protected void Receive<T>(Predicate<T> shouldHandle, Action<T> handler) => Receive(handler, shouldHandle);

    /// <param name="handler">Returns false to leave the message to the next handler.</param>
    protected void Receive<T>(Func<T, bool> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Add(message => message is T typed && handler(typed));
    }

    protected void Receive(Type messageType, Action<object> handler, Predicate<object>? shouldHandle = null)
    {
        ArgumentNullException.ThrowIfNull(messageType);
        ArgumentNullException.ThrowIfNull(handler);
        Add(message => messageType.IsInstanceOfType(message) && Try(message, shouldHandle, handler));
    }

    /// <summary>Takes every message that comes so far; nothing may be declared after it.</summary>
    protected void ReceiveAny(Action<object> handler)
    {
        Receive(handler);
        _declaring?.Close();
    }

    /// <summary>Handles with a task; the next message waits until it has ended. Context, Self and Sender hold after each await.</summary>
    protected void ReceiveAsync<T>(Func<T, Task> handler, Predicate<T>? shouldHandle = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Receive(typed => RunCellTask(() => handler(typed)), shouldHandle);
    }

    protected void ReceiveAsync<T>(Predicate<T> shouldHandle, Func<T, Task> handler) =>
        ReceiveAsync(handler, shouldHandle);

    protected void ReceiveAnyAsync(Func<object, Task> handler)
    {
        ReceiveAsync(handler);
        _declaring?.Close();
    }

    private static bool Try<T>(object message, Predicate<T>? shouldHandle, Action<T> handler)
    {
        if (message is not T typed || (shouldHandle is not null && !shouldHandle(typed)))
            return false;
        handler(typed);
        return true;
    }

    private HandlerList Declare(Action configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var outer = _declaring;
        var declared = _declaring = new HandlerList();
        try
        {
            configure();
        }
        finally
        {
            _declaring = outer;
        }
        return declared;
    }

    private void Add(Func<object, bool> handler) =>
        (
            _declaring
            ?? throw new InvalidOperationException(
                "Handlers can be declared only in the constructor or in a Become(() => …), not while handling a message."
            )
        ).Add(handler);
}
