namespace Farm.Actors;

/// <summary>An actor with one method for all messages, which calls Unhandled itself for those it does not know.</summary>
public abstract class UntypedActor : ActorBase
{
    protected sealed override bool Receive(object message)
    {
        OnReceive(message);
        return true;
    }

    protected abstract void OnReceive(object message);

    /// <summary>Runs a task to its end before the next message.</summary>
    protected void RunTask(Func<Task> action) => RunCellTask(action);

    protected void Become(UntypedReceive receive)
    {
        ArgumentNullException.ThrowIfNull(receive);
        base.Become(message => Handle(receive, message));
    }

    protected void BecomeStacked(UntypedReceive receive)
    {
        ArgumentNullException.ThrowIfNull(receive);
        base.BecomeStacked(message => Handle(receive, message));
    }

    private static bool Handle(UntypedReceive receive, object message)
    {
        receive(message);
        return true;
    }
}
