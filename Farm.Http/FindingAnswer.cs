using Farm.Store.Integrity;
using Farm.Store.Paths;

namespace Farm.Http;

/// <summary>One finding, as JSON.</summary>
/// <param name="Kind">Such as <c>Missing</c>, <c>Changed</c> or <c>CorruptLink</c>.</param>
/// <param name="IsFault">Whether the store is damaged by it.</param>
/// <param name="IsMended">Whether it is in order now.</param>
/// <param name="Text">One line for people.</param>
public sealed record FindingAnswer(string Kind, bool IsFault, bool IsMended, string Text)
{
    public static FindingAnswer From(StoreDir storeDir, VerifyFinding finding) =>
        new(finding.GetType().Name, finding.IsFault, finding.IsMended, FindingText.Of(storeDir, finding));
}
