namespace Farm.Actors;

/// <summary>A watched actor ended and the watcher did not handle <see cref="Terminated"/>.</summary>
public sealed class DeathPactException(IActorRef deadActor)
    : AkkaException($"Monitored actor [{deadActor}] terminated and its watcher does not handle Terminated.")
{
    public IActorRef DeadActor { get; } = deadActor;
}
