namespace Farm.Actors;

/// <summary>Says that no message came for the span given to SetReceiveTimeout.</summary>
public sealed class ReceiveTimeout : IDeadLetterSuppression
{
    private ReceiveTimeout() { }

    public static ReceiveTimeout Instance { get; } = new();
}
