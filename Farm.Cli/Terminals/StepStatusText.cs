using System.Diagnostics;
using Farm.Cli.Progress;
using Farm.Protocol.Api;

namespace Farm.Cli.Terminals;

/// <summary>The status of a step in a few words, for a column of a table.</summary>
internal static class StepStatusText
{
    public static string Of(StepStatus status) =>
        status switch
        {
            StepStatus.Waiting(var inputs) => inputs == 1 ? "waiting for 1 input" : $"waiting for {inputs} inputs",
            StepStatus.Runnable(null) => "waiting for a worker",
            StepStatus.Runnable(var time) => $"not before {time:HH:mm:ss}",
            StepStatus.Running running => $"{PhaseText.Of(running.Phase)} on {running.Worker}",
            StepStatus.Done(null) => "valid already",
            StepStatus.Done => "done",
            StepStatus.Failed(var reason, _, _) => $"failed: {reason}",
            StepStatus.DependencyFailed(var failed) => $"cannot be built: {failed.Name} failed",
            _ => throw new UnreachableException(),
        };
}
