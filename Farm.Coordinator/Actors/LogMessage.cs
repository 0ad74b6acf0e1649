using Farm.Protocol;

namespace Farm.Coordinator.Actors;

/// <summary>What is said to and by the actor that keeps the logs.</summary>
internal abstract record LogMessage
{
    private LogMessage() { }

    /// <summary>A piece from a worker; answered with <see cref="Stored"/> or <see cref="NotStored"/>.</summary>
    public sealed record Store(AttemptId Attempt, long Offset, ReadOnlyMemory<byte> Bytes) : LogMessage;

    /// <summary>How much is there? Answered with <see cref="Stored"/>.</summary>
    public sealed record Ask(AttemptId Attempt) : LogMessage;

    /// <summary>The log up to this offset is on disk.</summary>
    public sealed record Stored(AttemptId Attempt, long Offset) : LogMessage;

    /// <summary>A piece could not be stored; those after it leave a gap until it is sent again.</summary>
    public sealed record NotStored(AttemptId Attempt, string Reason) : LogMessage;

    /// <summary>The sender wants a <see cref="Stored"/> at each growth, and <see cref="Ended"/>.</summary>
    public sealed record Follow(AttemptId Attempt) : LogMessage;

    /// <summary>The attempt is over, nothing more comes.</summary>
    public sealed record Ended(AttemptId Attempt) : LogMessage;
}
