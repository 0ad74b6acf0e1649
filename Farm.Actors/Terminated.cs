namespace Farm.Actors;

/// <summary>Tells a watcher, exactly once, that the watched actor has stopped. Unhandled, it fails the watcher with
/// <see cref="DeathPactException"/>.</summary>
public sealed class Terminated(IActorRef actorRef, bool existenceConfirmed, bool addressTerminated)
    : IAutoReceivedMessage,
        IDeadLetterSuppression
{
    public IActorRef ActorRef { get; } = actorRef;
    public bool ExistenceConfirmed { get; } = existenceConfirmed;
    public bool AddressTerminated { get; } = addressTerminated;

    public override string ToString() => $"<Terminated>: {ActorRef} - ExistenceConfirmed={ExistenceConfirmed}";
}
