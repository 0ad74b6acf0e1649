using Farm.Protocol;
using Farm.Store.Wire;
using Farm.Worker.Execution;

namespace Farm.Daemon.Building.Steps;

/// <summary>This machine, which builds straight from and into the daemon's own store.</summary>
/// <param name="parts">What builders run with; the settings of the sandbox come with each build.</param>
internal sealed class LocalPlace(LocalBuildParts parts) : IStepPlace
{
    public bool UsesJob => true;

    public BuildResult? Refusal(StepWork work) => LocalRefusal.Of(work, parts.Store.StoreDir);

    public IBuildExecutor Executor(StepWork work, ResolvedStep step, StepLog log, IStepListener listener) =>
        new Announcing(new LocalBuildExecutor(parts with { Sandbox = work.Settings.Sandbox }), listener);

    private sealed class Announcing(IBuildExecutor inner, IStepListener listener) : IBuildExecutor
    {
        public async Task<BuildOutcome> ExecuteAsync(
            BuildAssignment assignment,
            IBuildProgress progress,
            CancellationToken ct
        )
        {
            await listener.BeganAsync("", ct).ConfigureAwait(false);
            return await inner.ExecuteAsync(assignment, progress, ct).ConfigureAwait(false);
        }
    }
}
