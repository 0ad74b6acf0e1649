using Farm.Store.Integrity;
using Farm.Store.Paths;

namespace Farm.Http;

/// <summary>What a verification has found, as JSON.</summary>
/// <param name="Paths">Valid paths.</param>
/// <param name="BytesRead">What was read of them, as archives.</param>
/// <param name="Links">Files in <c>.links</c> that were checked.</param>
/// <param name="Unregistered">Objects in the store directory that are not valid.</param>
/// <param name="HasErrors">Whether the store is still damaged.</param>
/// <param name="Findings">What is not as it should be.</param>
public sealed record VerifyAnswer(
    int Paths,
    long BytesRead,
    int Links,
    int Unregistered,
    bool HasErrors,
    FindingAnswer[] Findings
)
{
    public static VerifyAnswer From(StoreDir storeDir, VerifyReport report) =>
        new(
            report.Paths,
            report.Bytes,
            report.Links,
            report.Unregistered,
            report.HasErrors,
            [.. report.Findings.Select(finding => FindingAnswer.From(storeDir, finding))]
        );
}
