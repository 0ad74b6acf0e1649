using System.Collections.Immutable;
using Farm.Store.Paths;
using Farm.Store.Wire;

namespace Farm.Daemon.Building.Steps;

/// <summary>How a step ended. Not compared by value.</summary>
/// <param name="Result">Without its outputs.</param>
/// <param name="Outputs">By output name the paths that are valid now; empty where it failed.</param>
internal sealed record StepEnd(BuildResult Result, ImmutableSortedDictionary<string, StorePath> Outputs)
{
    public static StepEnd Failed(BuildResult result) => new(result, ImmutableSortedDictionary<string, StorePath>.Empty);
}
