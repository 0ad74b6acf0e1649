using Farm.Daemon.Farms;
using Farm.Store.Local;
using Farm.Store.Wire;
using Farm.Worker.Execution;

namespace Farm.Daemon.Building.Steps;

/// <summary>The workers of a farm, in the queue that it has for all.</summary>
/// <param name="farm">The farm.</param>
/// <param name="store">The daemon's store.</param>
/// <param name="clock">For pauses and limits.</param>
internal sealed class FarmPlace(FarmLink farm, LocalStore store, TimeProvider clock) : IStepPlace
{
    public bool UsesJob => false;

    /// <summary>Systems and features are the affair of the farm, where a worker that has them may come later.</summary>
    public BuildResult? Refusal(StepWork work) =>
        work.Derivation.HasDynamicInputs ? LocalRefusal.DynamicInputs(work, store.StoreDir) : null;

    public IBuildExecutor Executor(StepWork work, ResolvedStep step, StepLog log, IStepListener listener)
    {
        log.ExpectRestarts();
        var logs = new AttemptLogs(farm.Client, log, listener, clock);
        return new FarmBuildExecutor(farm, store, step.Derivation, logs, clock);
    }
}
