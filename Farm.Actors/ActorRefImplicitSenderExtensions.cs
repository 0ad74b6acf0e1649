using Farm.Actors.Cells;

namespace Farm.Actors;

/// <summary>Telling with the sender that the surrounding code implies.</summary>
public static class ActorRefImplicitSenderExtensions
{
    /// <summary>Tells with the running actor (in a test, the test actor; elsewhere nobody) as the sender.</summary>
    public static void Tell(this IActorRef receiver, object message) =>
        receiver.Tell(message, CurrentActor.SelfOrNoSender());

    /// <summary>Passes a message on with the sender that it came with. Only inside an actor.</summary>
    public static void Forward(this IActorRef receiver, object message) =>
        receiver.Tell(message, CurrentActor.Cell?.CurrentSender);
}
