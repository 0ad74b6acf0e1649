namespace Farm.Actors;

/// <summary>Something that takes messages.</summary>
public interface ICanTell
{
    /// <param name="message">Never null; a null message is refused with <see cref="InvalidMessageException"/>.</param>
    /// <param name="sender">Whom to answer; null (<see cref="ActorRefs.NoSender"/>) sends answers to the dead letters.</param>
    void Tell(object message, IActorRef? sender);
}
