using System.Collections.Immutable;
using Farm.Coordinator.Scheduling;
using Farm.Store.Paths;

namespace Farm.Coordinator.Planning;

/// <summary>What a build consists of. Not compared by value.</summary>
/// <param name="Roots">As asked for, each once; of a repair also what is damaged below them.</param>
/// <param name="Steps">Everything the roots need that is not below a valid step, inputs before those that need them.</param>
public sealed record BuildPlan(ImmutableArray<StorePath> Roots, ImmutableArray<StepSpec> Steps);
