using System.Collections.Immutable;
using System.Diagnostics;

namespace Farm.Coordinator.Scheduling;

/// <summary>Decides what is built where and when. Pure: the same state, event and time give the same answer.</summary>
public static class Scheduler
{
    /// <summary>The state after something happened, and what is to be done about it, in order.</summary>
    public static (SchedulerState State, ImmutableArray<SchedulerEffect> Effects) Step(
        SchedulerState state,
        SchedulerEvent happened,
        DateTimeOffset now
    )
    {
        var transition = new Transition(state, now);
        switch (happened)
        {
            case SchedulerEvent.BuildQueued queued:
                BuildRules.Queue(transition, queued);
                break;
            case SchedulerEvent.BuildCancelled cancelled:
                BuildRules.Cancel(transition, cancelled.Build);
                break;
            case SchedulerEvent.Restored restored:
                Restoring.Restore(transition, restored);
                break;
            case SchedulerEvent.WorkerConnected connected:
                WorkerRules.Connect(transition, connected);
                break;
            case SchedulerEvent.WorkerReported reported:
                WorkerRules.Report(transition, reported);
                break;
            case SchedulerEvent.WorkerDisconnected disconnected:
                WorkerRules.Disconnect(transition, disconnected);
                break;
            case SchedulerEvent.OutputsVerified verified:
                AttemptRules.Verified(transition, verified);
                break;
            case SchedulerEvent.StepResolved resolved:
                ResolutionRules.Resolved(transition, resolved);
                break;
            case SchedulerEvent.StepUnresolvable failed:
                ResolutionRules.Unresolvable(transition, failed);
                break;
            case SchedulerEvent.RequestUnavailable unavailable:
                AttemptRules.Unavailable(transition, unavailable);
                break;
            case SchedulerEvent.Tick:
                Leases.Expire(transition);
                break;
            default:
                throw new UnreachableException();
        }

        BuildRules.EndThoseThatAreOver(transition);
        Assignment.FillFreeSlots(transition);
        return transition.Finish();
    }
}
