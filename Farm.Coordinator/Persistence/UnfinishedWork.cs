using System.Collections.Immutable;
using Farm.Coordinator.Scheduling;
using Farm.Store.Paths;

namespace Farm.Coordinator.Persistence;

/// <summary>What a coordinator finds in the database when it starts.</summary>
/// <param name="LastBuild">Highest number ever given to a build; 0 when there was none.</param>
/// <param name="FailedSteps">Steps recorded as failed, with the reason.</param>
/// <param name="LiveAttempts">Attempts that are not over, by step.</param>
/// <param name="Epochs">Highest epoch of each step that had an attempt.</param>
public sealed record UnfinishedWork(
    long LastBuild,
    ImmutableArray<UnfinishedBuild> Builds,
    ImmutableDictionary<StorePath, StepFailure> FailedSteps,
    ImmutableDictionary<StorePath, Attempt> LiveAttempts,
    ImmutableDictionary<StorePath, long> Epochs
);
