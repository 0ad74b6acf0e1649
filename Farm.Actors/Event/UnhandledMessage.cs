namespace Farm.Actors.Event;

/// <summary>A message that no handler of its receiver took.</summary>
public sealed class UnhandledMessage(object message, IActorRef sender, IActorRef recipient)
{
    public object Message { get; } = message;
    public IActorRef Sender { get; } = sender;
    public IActorRef Recipient { get; } = recipient;

    public override string ToString() => $"UnhandledMessage from {Sender} to {Recipient}: <{Message}>";
}
