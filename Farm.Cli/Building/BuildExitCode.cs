using System.Diagnostics;
using Farm.Protocol.Api;

namespace Farm.Cli.Building;

/// <summary>The exit code of a build that is over.</summary>
internal static class BuildExitCode
{
    /// <summary>A failure goes before a cancellation: it is what made the client cancel the rest.</summary>
    public static int Of(BuildView build) =>
        build.State switch
        {
            BuildState.Succeeded => ExitCode.Done,
            _ when build.Failures.Length > 0 => OfFailures(build),
            BuildState.Failed => ExitCode.BuildFailed,
            BuildState.Cancelled => ExitCode.Interrupted,
            _ => throw new UnreachableException("a build that is over has neither ended nor failed"),
        };

    /// <summary>The particular codes are only for builds in which every failure is of that kind.</summary>
    private static int OfFailures(BuildView build)
    {
        var kinds = build.Failures.Select(step => (step.Status as StepStatus.Failed)?.Kind).Distinct().ToArray();
        return kinds switch
        {
            [FailureKind.Timeout] => ExitCode.BuildTimedOut,
            [FailureKind.HashMismatch] => ExitCode.HashMismatch,
            [FailureKind.NotDeterministic] => ExitCode.NotDeterministic,
            _ => ExitCode.BuildFailed,
        };
    }
}
