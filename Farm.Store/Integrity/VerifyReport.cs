using System.Collections.Immutable;

namespace Farm.Store.Integrity;

/// <summary>What a verification has found.</summary>
/// <param name="Paths">Valid paths that were looked at.</param>
/// <param name="Bytes">What was read of them, as archives; 0 where contents were not checked.</param>
/// <param name="Links">Files in <c>.links</c> whose contents were checked.</param>
/// <param name="Unregistered">Objects in the store directory that are not valid; the collector removes them.</param>
/// <param name="Findings">What is not as it should be.</param>
public sealed record VerifyReport(
    int Paths,
    long Bytes,
    int Links,
    int Unregistered,
    ImmutableArray<VerifyFinding> Findings
)
{
    /// <summary>Whether the store is still damaged.</summary>
    public bool HasErrors => Findings.Any(finding => finding is { IsFault: true, IsMended: false });
}
