using System.Collections.Immutable;
using Farm.Protocol;
using Farm.Protocol.Api;
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
    /// <param name="Outputs">Output paths of the step.</param>
    public sealed record StepChanged(
        StepSummary Step,
        ImmutableSortedSet<BuildId> Builds,
        ImmutableSortedDictionary<string, StorePath> Outputs
    ) : SchedulerEffect;

    /// <summary>Record and tell: a build is over, or cancelled.</summary>
    public sealed record BuildEnded(BuildView Build) : SchedulerEffect;

    /// <summary>Look whether all outputs of the step are valid in the coordinator's store; answer with <see cref="SchedulerEvent.OutputsVerified"/>.</summary>
    public sealed record VerifyOutputs(StorePath DrvPath, Attempt Attempt, ImmutableArray<StorePath> Outputs)
        : SchedulerEffect;

    /// <summary>Send the worker its desired state, as it is then.</summary>
    public sealed record DesiresChanged(WorkerId Worker) : SchedulerEffect;

    /// <summary>Log: a worker was taken out or let in again.</summary>
    public sealed record WorkerHealthChanged(WorkerId Worker, WorkerHealth Health) : SchedulerEffect;
}
