namespace Farm.Actors;

/// <summary>No answer to an Ask came in time.</summary>
public sealed class AskTimeoutException(string message, Exception? cause = null) : AkkaException(message, cause);
