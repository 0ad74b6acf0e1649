namespace Farm.Http;

/// <summary>What keeps a path on a node.</summary>
/// <param name="Root">The link, the file in <c>/proc</c>, or <c>{temp:PID}</c>.</param>
/// <param name="Path">Full path.</param>
/// <param name="Kind">Where the root comes from.</param>
public sealed record RootAnswer(string Root, string Path, string Kind);
