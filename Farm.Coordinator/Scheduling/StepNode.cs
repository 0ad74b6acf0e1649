using System.Collections.Immutable;
using Farm.Protocol;
using Farm.Store.Paths;

namespace Farm.Coordinator.Scheduling;

/// <summary>A step in the graph with everything the scheduler keeps of it. Steps point to each other by their number in the graph.</summary>
/// <param name="Inputs">Numbers of the steps it needs.</param>
/// <param name="Dependents">Numbers of the steps that need it.</param>
/// <param name="Builds">Unfinished builds that want it; a step that none wants is dropped.</param>
/// <param name="Priority">Its place in the order.</param>
/// <param name="Epoch">Number of the latest attempt; 0 before the first.</param>
/// <param name="InfrastructureFailures">Attempts that failed for reasons of the worker.</param>
/// <param name="Avoided">Workers that failed it, which are chosen again only when there is no other.</param>
/// <param name="Excluded">Workers that said that trying again on them is useless.</param>
public sealed record StepNode(
    int Number,
    StepSpec Spec,
    StepState State,
    ImmutableArray<int> Inputs,
    ImmutableSortedSet<int> Dependents,
    ImmutableSortedSet<BuildId> Builds,
    StepPriority Priority,
    long Epoch,
    int InfrastructureFailures,
    ImmutableHashSet<WorkerId> Avoided,
    ImmutableHashSet<WorkerId> Excluded
)
{
    public StorePath DrvPath => Spec.DrvPath;

    public StepKey Key => Spec.Key;
}
