namespace Farm.Actors;

/// <summary>The root of the engine's own exceptions; it has Akka.NET's name.</summary>
public abstract class AkkaException(string message, Exception? cause = null) : Exception(message, cause);
