using Farm.Daemon.Configuration;
using Farm.Protocol;
using Farm.Store.Realisations;
using Farm.Store.Wire;
using Farm.Worker.Execution;
using Farm.Worker.Recursive;

namespace Farm.Daemon.Building.Steps;

/// <summary>This machine, which builds straight from and into the daemon's own store.</summary>
/// <param name="parts">What builders run with; the settings of the sandbox come with each build.</param>
/// <param name="realisations">What outputs have come to in that store.</param>
/// <param name="daemon">Serves the builder of a build with these settings, where it asks for Nix.</param>
internal sealed class LocalPlace(
    LocalBuildParts parts,
    StoreRealisations realisations,
    Func<BuildSettings, IBuildDaemon> daemon
) : IStepPlace
{
    public bool UsesJob => true;

    public BuildResult? Refusal(StepWork work) => LocalRefusal.Of(work, parts.Store.StoreDir);

    public IBuildExecutor Executor(StepWork work, ResolvedStep step, StepLog log, IStepListener listener)
    {
        var own = parts with { Sandbox = work.Settings.Sandbox, Daemon = daemon(work.Settings.Build) };
        var building = new Announcing(new LocalBuildExecutor(own), listener);
        // A builder may ask for what a client asks for, too.
        return new OncePerDerivationBuildExecutor(building, parts.Store, parts.Turns, realisations);
    }

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
