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
            _ when build.Failures.Length > 0 => ExitCode.BuildFailed,
            BuildState.Failed => ExitCode.BuildFailed,
            BuildState.Cancelled => ExitCode.Interrupted,
            _ => throw new UnreachableException("a build that is over has neither ended nor failed"),
        };
}
