using Farm.Actors.Event;

namespace Farm.Actors.Cells;

/// <summary>Publishes what it is told as dead letters.</summary>
internal sealed class DeadLetterActorRef(ActorSystem system, ActorPath path) : ActorRefBase(path), IInternalActorRef
{
    public ActorSystem System => system;
    public bool IsTerminated => true;

    public override void Tell(object message, IActorRef? sender) => Publish(message, sender, this);

    public void Publish(object message, IActorRef? sender, IActorRef recipient)
    {
        if (message is null)
            throw new InvalidMessageException("A null message was told to the dead letters: messages are never null.");
        system.EventStream.Publish(
            message switch
            {
                AllDeadLetters letter => letter,
                IDeadLetterSuppression quiet => new SuppressedDeadLetter(quiet, sender ?? this, recipient),
                _ => new DeadLetter(message, sender ?? this, recipient),
            }
        );
    }

    public void SendSystem(SystemMessage message)
    {
        if (message is SystemMessage.Watch watch)
            watch.Watcher.SendSystem(new SystemMessage.Died(this));
    }
}
