namespace Farm.Daemon.Serving;

/// <summary>A client asked for what it may not, or what there is not; the protocol has no answer for that, and the connection ends.</summary>
public sealed class ServeException(string message) : Exception(message);
