namespace Farm.Actors.Cells;

/// <summary>One behaviour of a ReceiveActor: handlers in the order of their declaration.</summary>
internal sealed class HandlerList
{
    private readonly List<Func<object, bool>> _handlers = [];
    private bool _isClosed;

    public void Add(Func<object, bool> handler)
    {
        if (_isClosed)
            throw new InvalidOperationException(
                "A handler was declared after ReceiveAny, which takes all: declare ReceiveAny last."
            );
        _handlers.Add(handler);
    }

    public void Close() => _isClosed = true;

    public bool Handle(object message)
    {
        foreach (var handler in _handlers)
        {
            if (handler(message))
                return true;
        }
        return false;
    }
}
