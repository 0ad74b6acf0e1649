namespace Farm.Actors;

/// <summary>An actor's constructor or PreStart threw. The default supervision stops the actor.</summary>
public class ActorInitializationException(IActorRef? actor, string message, Exception? cause = null)
    : AkkaException(message, cause)
{
    /// <summary>Null when no reference existed yet.</summary>
    public IActorRef? Actor { get; } = actor;
}
