namespace Farm.Actors;

/// <summary>A child's name is malformed or taken.</summary>
public sealed class InvalidActorNameException(string message, Exception? cause = null) : AkkaException(message, cause);
