using Farm.Store.Wire;
using Farm.Worker.Execution;

namespace Farm.Daemon.Building.Steps;

/// <summary>Where builders run: on this machine, or on a farm.</summary>
internal interface IStepPlace
{
    /// <summary>Whether a build there takes one of the client's jobs.</summary>
    bool UsesJob { get; }

    /// <summary>Why it cannot be built there, or may not; null where it can.</summary>
    BuildResult? Refusal(StepWork work);

    /// <summary>What takes a step to its outcome there, and makes its outputs valid in the daemon's store.</summary>
    /// <param name="work">What is to be built.</param>
    /// <param name="step">The same, resolved.</param>
    /// <param name="log">Takes the builder's output.</param>
    /// <param name="listener">Is told when the build begins.</param>
    IBuildExecutor Executor(StepWork work, ResolvedStep step, StepLog log, IStepListener listener);
}
