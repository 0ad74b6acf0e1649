using Farm.Store.Roots;

namespace Farm.Cli.Commands.Stores;

/// <summary>What keeps a path from the collector, as JSON.</summary>
/// <param name="Root">The link, the file in <c>/proc</c>, or <c>{temp:PID}</c>.</param>
/// <param name="Path">Full path.</param>
/// <param name="Kind">Where the root comes from.</param>
public sealed record RootDocument(string Root, string Path, RootKind Kind);
