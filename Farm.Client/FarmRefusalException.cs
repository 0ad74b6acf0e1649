namespace Farm.Client;

/// <summary>The coordinator refuses, is none of this version, or has been away for too long. The message is the sentence for the user.</summary>
public sealed class FarmRefusalException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Whether the same may be granted a little later: the coordinator is busy, or stops.</summary>
    public bool IsTransient { get; init; }
}
