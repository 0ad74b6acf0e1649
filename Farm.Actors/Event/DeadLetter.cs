namespace Farm.Actors.Event;

/// <summary>A message that could not be delivered, published on the event stream.</summary>
public sealed class DeadLetter(object message, IActorRef sender, IActorRef recipient)
    : AllDeadLetters(message, sender, recipient);
