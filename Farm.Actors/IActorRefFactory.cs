namespace Farm.Actors;

/// <summary>Something that starts and stops actors: a system, or an actor's context.</summary>
public interface IActorRefFactory
{
    /// <param name="props">How to make the actor, now and at each restart.</param>
    /// <param name="name">Unique among the living children; null draws one.</param>
    /// <exception cref="InvalidActorNameException">The name is malformed or taken.</exception>
    IActorRef ActorOf(Props props, string? name = null);

    /// <summary>Asks the actor to stop after its current message; its children go first.</summary>
    void Stop(IActorRef actor);
}
