namespace Farm.Http;

/// <summary>One line of a node's answer to long work on its store: progress, or at the end the report, or why it failed.</summary>
/// <param name="Progress">How far it is.</param>
/// <param name="Report">What it has come to; the last line.</param>
/// <param name="Error">One sentence; the last line.</param>
public sealed record NodeLine<TReport>(NodeStep? Progress = null, TReport? Report = null, string? Error = null)
    where TReport : class;
