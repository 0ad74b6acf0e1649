namespace Farm.Protocol;

/// <summary>A message that this side cannot accept: unknown type, missing field, wrong value, or too large.</summary>
public sealed class ProtocolException(string message, Exception? cause = null) : Exception(message, cause);
