using System.Collections.Immutable;
using Farm.Coordinator.Scheduling;
using Farm.Store.Paths;

namespace Farm.Coordinator.Persistence;

/// <summary>A step as recorded.</summary>
/// <param name="State"><c>open</c>, <c>done</c> or <c>failed</c>.</param>
/// <param name="Failure">Why it failed; null otherwise.</param>
public sealed record StepRow(
    StorePath DrvPath,
    string Name,
    string System,
    ImmutableArray<string> Features,
    string State,
    StepFailure? Failure,
    ImmutableSortedDictionary<string, StorePath> Outputs
);
