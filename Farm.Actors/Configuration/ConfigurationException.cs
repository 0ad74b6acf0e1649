namespace Farm.Actors.Configuration;

/// <summary>A setting is missing, malformed or out of its range; the message names the key.</summary>
public class ConfigurationException(string message, Exception? exception = null) : AkkaException(message, exception);
