namespace Farm.Actors;

/// <summary>Makes its receiver fail with <see cref="ActorKilledException"/>, which its supervisor answers.</summary>
public sealed class Kill : IAutoReceivedMessage
{
    private Kill() { }

    public static Kill Instance { get; } = new();

    public override string ToString() => "<Kill>";
}
