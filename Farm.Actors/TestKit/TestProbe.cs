using System.Diagnostics.CodeAnalysis;

namespace Farm.Actors.TestKit;

/// <summary>A further test actor with its own expectations; usable wherever an actor is.</summary>
[SuppressMessage(
    "Design",
    "CA1036",
    Justification = "References are ordered for collections, not compared by operators."
)]
public sealed class TestProbe : TestKitBase, IActorRef
{
    internal TestProbe(ActorSystem system, string? name)
        : base(system, name) { }

    public IActorRef Ref => TestActor;

    /// <summary>Who sent the message taken last.</summary>
    public IActorRef Sender => LastSender;
    public ActorPath Path => TestActor.Path;

    /// <summary>Tells in the probe's name.</summary>
    public void Send(IActorRef actor, object message)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Tell(message, TestActor);
    }

    /// <summary>Answers the message taken last.</summary>
    public void Reply(object message) => Sender.Tell(message, TestActor);

    /// <summary>Passes the message taken last on, with its sender.</summary>
    public void Forward(IActorRef actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Tell(LastMessage ?? throw new InvalidOperationException("No message was taken yet."), Sender);
    }

    public void Forward(IActorRef actor, object message)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Tell(message, Sender);
    }

    public void Tell(object message, IActorRef? sender) => TestActor.Tell(message, sender);

    public bool Equals(IActorRef? other) => other is not null && TestActor.Equals(Unwrap(other));

    public override bool Equals(object? obj) => Equals(obj as IActorRef);

    public override int GetHashCode() => TestActor.GetHashCode();

    public int CompareTo(IActorRef? other) => TestActor.CompareTo(other);

    public override string ToString() => TestActor.ToString()!; // references always print

    /// <summary>The actor behind a probe; any other reference itself.</summary>
    internal static IActorRef Unwrap(IActorRef reference) => reference is TestProbe probe ? probe.Ref : reference;
}
