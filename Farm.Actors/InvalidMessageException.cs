namespace Farm.Actors;

/// <summary>A null message.</summary>
public sealed class InvalidMessageException(string message, Exception? cause = null) : AkkaException(message, cause);
