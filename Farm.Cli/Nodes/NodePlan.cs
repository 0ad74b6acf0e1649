using System.Collections.Immutable;

namespace Farm.Cli.Nodes;

/// <summary>One node of a farm that <c>farm up</c> runs: how to start it and what to call it.</summary>
/// <param name="Name">Prefix of its log lines, unique within the farm.</param>
/// <param name="Program">The executable.</param>
/// <param name="Arguments">Its arguments.</param>
public sealed record NodePlan(string Name, string Program, ImmutableArray<string> Arguments);
