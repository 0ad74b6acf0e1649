using System.Collections.Immutable;
using Farm.Protocol;
using Farm.Protocol.Api;
using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Coordinator.Scheduling;

/// <summary>Something for the shell to do after a decision. What is recorded is durable before anything is told.</summary>
public abstract record SchedulerEffect
{
    private SchedulerEffect() { }

    /// <summary>Record: a worker was chosen.</summary>
    public sealed record AttemptStarted(StorePath DrvPath, Attempt Attempt) : SchedulerEffect;

    /// <summary>Record: an attempt is over.</summary>
    public sealed record AttemptEnded(StorePath DrvPath, Attempt Attempt, BuildOutcome Outcome) : SchedulerEffect;

    /// <summary>Record when final, and tell those who follow the builds.</summary>
    /// <param name="Builds">Unfinished builds that want the step.</param>
    /// <param name="Outputs">Output paths of the step, as far as they are known.</param>
    /// <param name="HasOpenOutputs">Whether some of them are not in the derivation, so that they were not recorded before.</param>
    public sealed record StepChanged(
        StepSummary Step,
        ImmutableSortedSet<BuildId> Builds,
        ImmutableSortedDictionary<string, StorePath> Outputs,
        bool HasOpenOutputs
    ) : SchedulerEffect;

    /// <summary>Record and tell: a build is over, or cancelled.</summary>
    public sealed record BuildEnded(BuildView Build) : SchedulerEffect;

    /// <summary>Look whether all outputs of the step are valid in the coordinator's store; answer with <see cref="SchedulerEvent.OutputsVerified"/>.</summary>
    /// <param name="ToRealise">Where paths followed only from what was built: they are recorded, and kept for the builds; else null.</param>
    public sealed record VerifyOutputs(
        StorePath DrvPath,
        Attempt Attempt,
        ImmutableArray<StorePath> Outputs,
        RealisedOutputs? ToRealise = null
    ) : SchedulerEffect;

    /// <summary>Put the real paths of a step's inputs into its derivation, and look whether what it then comes to is there; answer with
    /// <see cref="SchedulerEvent.StepResolved"/> or <see cref="SchedulerEvent.StepUnresolvable"/>.</summary>
    /// <param name="Builds">Unfinished builds that want the step.</param>
    /// <param name="RealisationHash">Hash that what its outputs come to is recorded by; null where that is not recorded.</param>
    /// <param name="Inputs">The output paths of its input derivations, by output name.</param>
    /// <param name="Mode">What it is built for.</param>
    public sealed record ResolveStep(
        StorePath DrvPath,
        Sha256Digest? RealisationHash,
        ImmutableSortedSet<BuildId> Builds,
        ImmutableDictionary<StorePath, ImmutableSortedDictionary<string, StorePath>> Inputs,
        BuildMode Mode = BuildMode.Normal
    ) : SchedulerEffect;

    /// <summary>Send the worker its desired state, as it is then.</summary>
    public sealed record DesiresChanged(WorkerId Worker) : SchedulerEffect;

    /// <summary>Log: a worker was taken out or let in again.</summary>
    public sealed record WorkerHealthChanged(WorkerId Worker, WorkerHealth Health) : SchedulerEffect;
}
