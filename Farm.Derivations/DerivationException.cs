namespace Farm.Derivations;

/// <summary>A derivation, a source or a text cannot be made as it was asked for.</summary>
/// <remarks>The message is one sentence or two: the value, the rule that it breaks, what to do.</remarks>
public sealed class DerivationException(string message, Exception? cause = null) : Exception(message, cause);
