using System.Collections.Immutable;
using Farm.Coordinator.Scheduling;
using Farm.Protocol;
using Farm.Protocol.Api;
using Farm.Store.Paths;

namespace Farm.Coordinator.Persistence;

/// <summary>Something decided that must outlive the coordinator. Applying one again changes nothing.</summary>
public abstract record FarmRecord
{
    private FarmRecord() { }

    /// <param name="Steps">Its steps; those in <paramref name="AlreadyKnown"/> keep the state they have.</param>
    public sealed record BuildAdded(
        BuildId Id,
        int Priority,
        DateTimeOffset CreatedAt,
        BuildOptions Options,
        ImmutableArray<StorePath> Roots,
        ImmutableArray<StepSpec> Steps,
        ImmutableHashSet<StorePath> AlreadyKnown
    ) : FarmRecord;

    public sealed record AttemptStarted(StorePath DrvPath, Attempt Attempt) : FarmRecord;

    public sealed record AttemptEnded(AttemptId Id, DateTimeOffset At, BuildOutcome Outcome) : FarmRecord;

    /// <param name="WallTime">Run time of the builder; null when the outputs were there already.</param>
    /// <param name="Outputs">Kept from collection for the sake of the <paramref name="Builds"/>.</param>
    /// <param name="Realised">Output paths by name, where the derivation does not tell them; else null.</param>
    public sealed record StepDone(
        StorePath DrvPath,
        TimeSpan? WallTime,
        ImmutableArray<StorePath> Outputs,
        ImmutableSortedSet<BuildId> Builds,
        ImmutableSortedDictionary<string, StorePath>? Realised = null
    ) : FarmRecord;

    public sealed record StepFailed(StorePath DrvPath, StepFailure Failure) : FarmRecord;

    public sealed record BuildEnded(BuildView Build) : FarmRecord;
}
