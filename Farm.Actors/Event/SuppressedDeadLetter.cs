namespace Farm.Actors.Event;

/// <summary>An undelivered message whose loss is expected (<see cref="IDeadLetterSuppression"/>).</summary>
public sealed class SuppressedDeadLetter(IDeadLetterSuppression message, IActorRef sender, IActorRef recipient)
    : AllDeadLetters(message, sender, recipient);
