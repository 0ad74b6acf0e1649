namespace Farm.Actors;

/// <summary>An actor received <see cref="Kill"/>.</summary>
public sealed class ActorKilledException(string message, Exception? cause = null) : AkkaException(message, cause);
