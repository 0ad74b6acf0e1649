using System.Diagnostics;
using Farm.Protocol.Api;

namespace Farm.Coordinator.Scheduling;

/// <summary>Keeps counts of steps by status up to date, one step at a time.</summary>
internal static class StepCounting
{
    /// <summary>The counts with <paramref name="change"/> more steps in this state.</summary>
    public static StepCounts With(this StepCounts counts, StepState state, int change) =>
        state switch
        {
            StepState.Waiting => counts with { Waiting = counts.Waiting + change },
            StepState.Resolving or StepState.Runnable or StepState.BackingOff => counts with
            {
                Runnable = counts.Runnable + change,
            },
            StepState.Assigned or StepState.Verifying => counts with { Running = counts.Running + change },
            StepState.Done => counts with { Done = counts.Done + change },
            StepState.Failed => counts with { Failed = counts.Failed + change },
            StepState.DependencyFailed => counts with { DependencyFailed = counts.DependencyFailed + change },
            _ => throw new UnreachableException(),
        };

    /// <summary>The counts after a step went from one state to another.</summary>
    public static StepCounts Moved(this StepCounts counts, StepState from, StepState to) =>
        counts.With(from, -1).With(to, +1);
}
