namespace Farm.Daemon.Server;

/// <summary>A daemon cannot begin. The message is one sentence for its operator.</summary>
public sealed class DaemonStartException(string message) : Exception(message);
