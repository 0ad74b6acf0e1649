namespace Farm.Daemon.Building;

/// <summary>A request cannot be served at all. The message is one sentence for the client.</summary>
public sealed class DaemonBuildException(string message) : Exception(message);
