namespace Farm.Daemon.Activation;

/// <summary>The service manager has passed something that cannot be used. The message is one sentence.</summary>
public sealed class ActivationException(string message) : Exception(message);
