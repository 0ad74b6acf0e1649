namespace Farm.Fuzz.Engine;

/// <summary>An input that shows a defect.</summary>
/// <param name="Kind">What goes wrong, without what changes from input to input: findings of one kind count as one.</param>
/// <param name="Input">The input.</param>
/// <param name="Details">For people.</param>
public sealed record Finding(string Kind, byte[] Input, string Details);
