using System.Collections.Immutable;
using Farm.Protocol.Api;
using Farm.Store.Paths;

namespace Farm.Cli.Progress;

/// <summary>All that the progress of a build shows; changed only by events. Not compared by value.</summary>
/// <param name="Build">The build as last told in full.</param>
/// <param name="Counts">Steps by status, up to date.</param>
/// <param name="Running">Steps that a worker has, in the order in which they started.</param>
/// <param name="Failures">Steps that failed themselves, in the order in which they failed.</param>
/// <param name="AlreadyDone">How many steps were valid when the build was first seen.</param>
/// <param name="IsEnded">There is no more to come.</param>
public sealed record ProgressState(
    BuildView Build,
    StepCounts Counts,
    ImmutableArray<StepSummary> Running,
    ImmutableArray<StepSummary> Failures,
    int AlreadyDone,
    bool IsEnded
)
{
    /// <summary>The state as a snapshot shows it.</summary>
    public static ProgressState Of(BuildView build) =>
        new(build, build.Counts, build.Running, build.Failures, build.Counts.Done, IsEnded: false);

    public ProgressState After(BuildEvent happened) =>
        happened switch
        {
            BuildEvent.Snapshot(var build) => Of(build) with { AlreadyDone = AlreadyDone },
            BuildEvent.Ended(var build) => Of(build) with { AlreadyDone = AlreadyDone, IsEnded = true },
            BuildEvent.StepChanged(var step, var counts, _) => this with
            {
                Counts = counts,
                Running = Replace(Running, step, step.Status is StepStatus.Running),
                Failures = Replace(Failures, step, step.Status is StepStatus.Failed),
            },
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    /// <summary>The step among those that run, as far as is known.</summary>
    public StepStatus.Running? RunningOf(StorePath drvPath) =>
        Running.FirstOrDefault(step => step.DrvPath == drvPath)?.Status as StepStatus.Running;

    private static ImmutableArray<StepSummary> Replace(ImmutableArray<StepSummary> list, StepSummary step, bool isIn)
    {
        var at = list.IndexOf(list.FirstOrDefault(old => old.DrvPath == step.DrvPath)!);
        return (at, isIn) switch
        {
            (>= 0, true) => list.SetItem(at, step),
            (>= 0, false) => list.RemoveAt(at),
            (_, true) => list.Add(step),
            _ => list,
        };
    }
}
