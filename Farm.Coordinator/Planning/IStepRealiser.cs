using Farm.Coordinator.Scheduling;

namespace Farm.Coordinator.Planning;

/// <summary>Finds out for the scheduler what steps come to whose outputs their derivations do not tell.</summary>
public interface IStepRealiser
{
    /// <summary>A failure of the store passes through: it says nothing of the step.</summary>
    /// <returns>A <see cref="SchedulerEvent.StepResolved"/> or <see cref="SchedulerEvent.StepUnresolvable"/>.</returns>
    Task<SchedulerEvent> ResolveAsync(SchedulerEffect.ResolveStep wish, CancellationToken ct);

    /// <summary>Looks whether outputs are in the coordinator's store, keeps them for the builds and records them.</summary>
    Task<SchedulerEvent.OutputsVerified> VerifyAsync(SchedulerEffect.VerifyOutputs wish, CancellationToken ct);
}
