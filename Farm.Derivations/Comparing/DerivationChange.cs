namespace Farm.Derivations.Comparing;

/// <summary>One thing in which two derivations differ.</summary>
/// <param name="Left">The derivation on the left.</param>
/// <param name="Right">The derivation on the right.</param>
/// <param name="What">Such as <c>system</c>, <c>argument 2</c>, <c>variable FLAGS</c>, <c>source</c>, <c>input</c>.</param>
/// <param name="From">What the left one has; null where it has nothing.</param>
/// <param name="To">What the right one has; null where it has nothing.</param>
public sealed record DerivationChange(string Left, string Right, string What, string? From, string? To);
