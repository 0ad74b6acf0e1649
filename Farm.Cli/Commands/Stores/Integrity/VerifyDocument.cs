using Farm.Store.Integrity;
using Farm.Store.Paths;

namespace Farm.Cli.Commands.Stores.Integrity;

/// <summary>What a verification has found, as JSON.</summary>
/// <param name="Paths">Valid paths.</param>
/// <param name="BytesRead">What was read of them, as archives.</param>
/// <param name="Links">Files in <c>.links</c> that were checked.</param>
/// <param name="Unregistered">Objects in the store directory that are not valid.</param>
/// <param name="HasErrors">Whether the store is still damaged.</param>
/// <param name="Findings">What is not as it should be.</param>
public sealed record VerifyDocument(
    int Paths,
    long BytesRead,
    int Links,
    int Unregistered,
    bool HasErrors,
    FindingDocument[] Findings
)
{
    public static VerifyDocument From(StoreDir storeDir, VerifyReport report) =>
        new(
            report.Paths,
            report.Bytes,
            report.Links,
            report.Unregistered,
            report.HasErrors,
            [.. report.Findings.Select(finding => FindingDocument.From(storeDir, finding))]
        );
}
