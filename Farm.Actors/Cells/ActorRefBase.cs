namespace Farm.Actors.Cells;

/// <summary>Identity and naming that all references share: a reference is equal to itself alone.</summary>
internal abstract class ActorRefBase(ActorPath path) : IActorRef
{
    public ActorPath Path { get; } = path;

    public abstract void Tell(object message, IActorRef? sender);

    public bool Equals(IActorRef? other) => ReferenceEquals(this, other) || (other?.Equals((object)this) ?? false);

    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    public int CompareTo(IActorRef? other)
    {
        var byPath = Path.CompareTo(other?.Path);
        return byPath != 0 ? byPath : Path.Uid.CompareTo(other?.Path.Uid ?? 0);
    }

    public override string ToString() => $"[{Path.ToStringWithUid()}]";
}
