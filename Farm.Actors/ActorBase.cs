using Farm.Actors.Cells;
using Farm.Actors.Event;

namespace Farm.Actors;

/// <summary>The root of all actors: one message at a time, state that nobody else sees.</summary>
public abstract class ActorBase
{
    private readonly ActorCell _cell =
        CurrentActor.Cell
        ?? throw new ActorInitializationException(
            null,
            "An actor cannot be made with 'new': use ActorOf(Props.Create(() => new T(…)))."
        );

    /// <summary>The surroundings of the running actor.</summary>
    /// <exception cref="NotSupportedException">Read outside of an actor's handler, as after ConfigureAwait(false).</exception>
    protected static IActorContext Context =>
        CurrentActor.Cell
        ?? throw new NotSupportedException(
            "There is no active actor context here: it exists only in an actor's handlers, not on other threads."
        );

    protected IActorRef Self => _cell.Self;

    /// <summary>Who sent the current message; the dead letters when nobody did.</summary>
    protected IActorRef Sender => _cell.Sender;

    /// <returns>False when the message is not handled.</returns>
    protected abstract bool Receive(object message);

    /// <summary>Publishes <see cref="UnhandledMessage"/>; for <see cref="Terminated"/> it throws instead.</summary>
    protected virtual void Unhandled(object message)
    {
        if (message is Terminated terminated)
            throw new DeathPactException(terminated.ActorRef);
        _cell.System.EventStream.Publish(new UnhandledMessage(message, Sender, Self));
    }

    protected void Become(Receive receive) => _cell.Become(receive);

    protected void BecomeStacked(Receive receive) => _cell.BecomeStacked(receive);

    protected void UnbecomeStacked() => _cell.UnbecomeStacked();

    protected void SetReceiveTimeout(TimeSpan? timeout) => _cell.SetReceiveTimeout(timeout);

    /// <summary>How this actor answers the failures of its children; asked once for each instance.</summary>
    protected virtual SupervisorStrategy SupervisorStrategy() => Actors.SupervisorStrategy.DefaultStrategy;

    /// <summary>Runs before the first message of the first instance, and by default of each new one.</summary>
    protected virtual void PreStart() { }

    /// <summary>Runs when the actor has stopped, after all its children; by default also before a restart.</summary>
    protected virtual void PostStop() { }

    /// <summary>Runs in the failed instance; by default stops all children and calls <see cref="PostStop"/>.</summary>
    /// <param name="reason">Why the actor failed.</param>
    /// <param name="message">The message at which it failed; null when there was none.</param>
    protected virtual void PreRestart(Exception reason, object? message)
    {
        foreach (var child in _cell.GetChildren())
        {
            _cell.Unwatch(child);
            _cell.Stop(child);
        }
        PostStop();
    }

    /// <summary>Runs in the new instance; by default calls <see cref="PreStart"/>.</summary>
    protected virtual void PostRestart(Exception reason) => PreStart();

    internal bool InvokeReceive(object message) => Receive(message);

    internal void InvokeUnhandled(object message) => Unhandled(message);

    internal SupervisorStrategy InvokeSupervisorStrategy() => SupervisorStrategy();

    internal void InvokePreStart() => PreStart();

    internal void InvokePostStop() => PostStop();

    internal void InvokePreRestart(Exception reason, object? message) => PreRestart(reason, message);

    internal void InvokePostRestart(Exception reason) => PostRestart(reason);

    private protected void RunCellTask(Func<Task> run) => _cell.RunTask(run);
}
