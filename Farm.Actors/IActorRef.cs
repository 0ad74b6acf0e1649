namespace Farm.Actors;

/// <summary>A handle to one incarnation of an actor: it stays valid, and equal only to itself, when the actor is gone.</summary>
public interface IActorRef : ICanTell, IEquatable<IActorRef>, IComparable<IActorRef>
{
    ActorPath Path { get; }
}
