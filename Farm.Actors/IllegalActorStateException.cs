namespace Farm.Actors;

/// <summary>The actor may not do this in its present state.</summary>
public sealed class IllegalActorStateException(string message, Exception? cause = null) : AkkaException(message, cause);
