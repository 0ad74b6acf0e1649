using System.Collections.Immutable;
using Farm.Cli.Terminals;
using Farm.Protocol.Api;

namespace Farm.Cli.Progress;

/// <summary>Progress as lines that stay: one when a step starts, one when it ends.</summary>
public static class PlainLines
{
    /// <param name="before">The state before the event; null before the first.</param>
    /// <param name="happened">What the coordinator told.</param>
    public static ImmutableArray<string> For(ProgressState? before, BuildEvent happened) =>
        happened switch
        {
            BuildEvent.Snapshot(var build) when before is null => First(build),
            BuildEvent.Snapshot => ["The coordinator answers again; the build goes on."],
            BuildEvent.StepChanged(var step, var counts, var at) when before is not null => Change(
                before,
                step,
                counts,
                at
            ),
            BuildEvent.StepChanged => [],
            BuildEvent.Ended => [],
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    private static ImmutableArray<string> First(BuildView build)
    {
        var left = build.Counts.Total() - build.Counts.Done;
        ImmutableArray<string> head =
        [
            left == 0
                ? $"Build {build.Id}: all {Steps(build.Counts.Total())} valid already."
                : $"Build {build.Id}: {Steps(left)} to do, {build.Counts.Done} valid already.",
        ];
        return [.. head, .. build.Running.Select(Started)];
    }

    private static ImmutableArray<string> Change(
        ProgressState before,
        StepSummary step,
        StepCounts counts,
        DateTimeOffset at
    )
    {
        var was = before.RunningOf(step.DrvPath);
        return step.Status switch
        {
            StepStatus.Running now when was?.Attempt != now.Attempt => [Started(step)],
            StepStatus.Done =>
            [
                $"{Tally(counts)} built {step.Name}{(was is null ? "" : $" in {DurationText.Of(at - was.Since)} on {was.Worker}")}",
            ],
            StepStatus.Failed failed => [$"{Tally(counts)} failed {step.Name}: {failed.Reason}"],
            StepStatus.Runnable when was is not null =>
            [
                $"{Tally(counts)} {step.Name} goes back to the queue; it was on {was.Worker}",
            ],
            _ => [],
        };
    }

    private static string Started(StepSummary step) =>
        step.Status is StepStatus.Running running ? $"started {step.Name} on {running.Worker}" : $"started {step.Name}";

    private static string Tally(StepCounts counts) =>
        $"[{counts.Done + counts.Failed + counts.DependencyFailed}/{counts.Total()}]";

    private static string Steps(int count) => count == 1 ? "1 step" : $"{count} steps";
}
