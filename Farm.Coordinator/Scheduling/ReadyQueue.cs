using System.Collections.Immutable;
using Farm.Protocol;

namespace Farm.Coordinator.Scheduling;

/// <summary>Runnable steps of one requirement.</summary>
/// <param name="Steps">First is next.</param>
/// <param name="Matching">Workers that meet the requirement, connected or not.</param>
public sealed record ReadyQueue(ImmutableSortedSet<QueuedStep> Steps, ImmutableHashSet<WorkerId> Matching);
