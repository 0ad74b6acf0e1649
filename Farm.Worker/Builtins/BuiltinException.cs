namespace Farm.Worker.Builtins;

/// <summary>A builder that is part of the worker has failed; the message goes to its log.</summary>
public sealed class BuiltinException(string message, Exception? cause = null) : Exception(message, cause);
