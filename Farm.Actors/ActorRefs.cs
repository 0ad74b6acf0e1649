using Farm.Actors.Cells;

namespace Farm.Actors;

/// <summary>The two absent references.</summary>
public static class ActorRefs
{
    /// <summary>No sender: what a message told from outside of any actor carries.</summary>
    public static readonly IActorRef NoSender = null!;

    /// <summary>Swallows what it is told; returned by <see cref="IActorContext.Child"/> for an unknown name.</summary>
    public static readonly IActorRef Nobody = new NobodyRef();

    /// <summary>True for null and for <see cref="Nobody"/>.</summary>
    public static bool IsNobody(this IActorRef? actorRef) => actorRef is null || ReferenceEquals(actorRef, Nobody);
}
