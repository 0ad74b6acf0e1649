using System.Diagnostics;
using Farm.Protocol;

namespace Farm.Cli.Progress;

/// <summary>Phases in the words of the progress display.</summary>
internal static class PhaseText
{
    public static string Of(BuildPhase phase) =>
        phase switch
        {
            BuildPhase.Offered => "offered",
            BuildPhase.Accepted => "accepted",
            BuildPhase.Fetching => "fetching inputs",
            BuildPhase.Building => "building",
            BuildPhase.Uploading => "uploading",
            BuildPhase.Committing => "committing",
            BuildPhase.Finished => "finished",
            _ => throw new UnreachableException(),
        };
}
