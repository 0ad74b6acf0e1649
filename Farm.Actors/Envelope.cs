namespace Farm.Actors;

/// <summary>A message and who sent it.</summary>
public readonly struct Envelope(object message, IActorRef? sender) : IEquatable<Envelope>
{
    public object Message { get; } = message;

    /// <summary>Null when nobody sent it.</summary>
    public IActorRef? Sender { get; } = sender;

    public bool Equals(Envelope other) =>
        ReferenceEquals(Message, other.Message) && ReferenceEquals(Sender, other.Sender);

    public override bool Equals(object? obj) => obj is Envelope other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Message, Sender);

    public static bool operator ==(Envelope left, Envelope right) => left.Equals(right);

    public static bool operator !=(Envelope left, Envelope right) => !left.Equals(right);
}
