namespace Farm.Actors.Event;

/// <summary>What <see cref="DeadLetter"/> and <see cref="SuppressedDeadLetter"/> share; subscribe to it for both.</summary>
public abstract class AllDeadLetters(object message, IActorRef sender, IActorRef recipient)
{
    public object Message { get; } = message;

    /// <summary>The dead letters' own reference when nobody sent it.</summary>
    public IActorRef Sender { get; } = sender;
    public IActorRef Recipient { get; } = recipient;

    public override string ToString() => $"{GetType().Name} from {Sender} to {Recipient}: <{Message}>";
}
