using System.Collections.Immutable;
using Farm.Protocol.Api;

namespace Farm.Cli.Building;

/// <summary>What <c>farm build --json</c> prints. Not compared by value.</summary>
/// <param name="Build">The number of the build.</param>
/// <param name="ExitCode">The exit code of the program.</param>
/// <param name="Seconds">From submission to end.</param>
/// <param name="Roots">One for each distinct derivation, in the order given.</param>
/// <param name="Failures">Steps that failed themselves.</param>
/// <param name="Usage">What the builders have used; null from a coordinator that does not tell.</param>
public sealed record BuildReport(
    long Build,
    BuildState State,
    int ExitCode,
    double Seconds,
    StepCounts Counts,
    ImmutableArray<BuildReport.Root> Roots,
    ImmutableArray<BuildReport.Failed> Failures,
    UsageTotal? Usage = null
)
{
    /// <param name="DrvPath">Full store path.</param>
    /// <param name="IsBuilt">Whether the outputs are valid.</param>
    /// <param name="Outputs">The outputs wanted, by name; null where the build failed.</param>
    public sealed record Root(string DrvPath, bool IsBuilt, ImmutableSortedDictionary<string, Output>? Outputs);

    /// <param name="Path">Full store path.</param>
    /// <param name="Link">The out-link, absolute; null where none was made.</param>
    public sealed record Output(string Path, string? Link);

    /// <param name="DrvPath">Full store path.</param>
    /// <param name="Reason">One sentence.</param>
    /// <param name="Attempt">The last attempt; null when none was made.</param>
    /// <param name="Worker">Who made it.</param>
    /// <param name="KeptDirectory">Where that worker kept the build directory; null where it did not.</param>
    /// <param name="Difference">What came out otherwise when it was built again; null where nothing did.</param>
    public sealed record Failed(
        string DrvPath,
        string Reason,
        string? Attempt,
        string? Worker = null,
        string? KeptDirectory = null,
        Difference? Difference = null
    );

    /// <param name="Output">Full store path.</param>
    /// <param name="RecordedHash">Hash of its NAR; null where it is not known.</param>
    /// <param name="BuiltHash">Hash of the NAR of what came out now; null where it is not known.</param>
    /// <param name="KeptOutput">Where the worker kept what came out now; null where it did not.</param>
    public sealed record Difference(string Output, string? RecordedHash, string? BuiltHash, string? KeptOutput);
}
