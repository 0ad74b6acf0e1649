using System.Collections.Immutable;
using Farm.Store.Derivations;
using Farm.Store.Paths;

namespace Farm.Cli.Building;

/// <summary>What <c>farm build</c> was asked to build, and all that the coordinator must have for it. Not compared by value.</summary>
/// <param name="Targets">One for each distinct derivation, in the order given.</param>
/// <param name="Paths">The derivations and sources, each after all that it refers to.</param>
public sealed record BuildInputs(ImmutableArray<BuildInputs.Target> Targets, ImmutableArray<SourcePath> Paths)
{
    /// <param name="DrvPath">The derivation.</param>
    /// <param name="Derivation">Its contents; null where the coordinator has them and they were not read.</param>
    /// <param name="Outputs">The outputs wanted; empty for all.</param>
    public sealed record Target(StorePath DrvPath, Derivation? Derivation, ImmutableArray<string> Outputs);
}
