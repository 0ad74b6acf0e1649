using System.Diagnostics;
using Farm.Store.Integrity;
using Farm.Store.Paths;

namespace Farm.Http;

/// <summary>A finding as one line for people.</summary>
public static class FindingText
{
    public static string Of(StoreDir storeDir, VerifyFinding finding) => What(storeDir, finding) + Outcome(finding);

    private static string What(StoreDir storeDir, VerifyFinding finding) =>
        finding switch
        {
            VerifyFinding.Missing missing => $"'{storeDir.Print(missing.Path)}' has no files",
            VerifyFinding.Changed changed =>
                $"'{storeDir.Print(changed.Path)}' has changed: recorded {changed.Recorded}, found {changed.Found}",
            VerifyFinding.Unreadable unreadable => $"'{storeDir.Print(unreadable.Path)}' cannot be read",
            VerifyFinding.CorruptLink link =>
                $"'.links/{link.Name.ToNixBase32()}' has other contents than its name says",
            VerifyFinding.Database database => $"the database is damaged: {database.Problem}",
            VerifyFinding.NotRecorded unknown => $"'{storeDir.Print(unknown.Path)}' had no hash or size on record",
            VerifyFinding.NotImmutable bits => $"'{bits.File}' should be immutable and is not{More(bits.Count)}",
            VerifyFinding.NotCanonical wrong => $"'{wrong.File}' {wrong.What}{More(wrong.Count)}",
            VerifyFinding.Foreign foreign => $"'{foreign.Name}' does not belong in the store directory",
            _ => throw new UnreachableException(),
        };

    private static string Outcome(VerifyFinding finding) =>
        finding switch
        {
            VerifyFinding.Missing { IsMended: true } => "; it is not valid any more, or has them again",
            { IsMended: true } => "; mended",
            { Reason: { } reason } => $": {reason}",
            _ => "",
        };

    private static string More(int count) => count > 1 ? $", and {count - 1} more in the path" : "";
}
