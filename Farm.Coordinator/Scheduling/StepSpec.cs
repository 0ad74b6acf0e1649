using System.Collections.Immutable;
using Farm.Store.Paths;

namespace Farm.Coordinator.Scheduling;

/// <summary>What the scheduler has to know of one derivation. Not compared by value.</summary>
/// <param name="DrvPath">Identity of the step: one step for each derivation, however many builds want it.</param>
/// <param name="Inputs">Derivations whose outputs it uses; each is a step of the same build.</param>
/// <param name="Outputs">Output name → path.</param>
/// <param name="IsValid">Whether all outputs are in the coordinator's store, so that nothing has to be built.</param>
/// <param name="ExpectedDuration">From earlier builds of the same name, or the default.</param>
public sealed record StepSpec(
    StorePath DrvPath,
    string Name,
    StepRequirement Requirement,
    ImmutableArray<StorePath> Inputs,
    ImmutableSortedDictionary<string, StorePath> Outputs,
    bool IsValid,
    TimeSpan ExpectedDuration
);
