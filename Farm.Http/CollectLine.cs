namespace Farm.Http;

/// <summary>One line of the answer to a long operation: progress, or at the end the report, or why it failed.</summary>
/// <param name="Progress">How far it is.</param>
/// <param name="Report">What it has come to; the last line.</param>
/// <param name="Error">One sentence; the last line.</param>
public sealed record CollectLine(CollectStep? Progress = null, CollectAnswer? Report = null, string? Error = null);
