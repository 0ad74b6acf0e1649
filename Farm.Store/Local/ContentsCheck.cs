using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Store.Local;

/// <summary>What the files of a path are, beside what is recorded of them.</summary>
/// <param name="Path">The path.</param>
/// <param name="RecordedHash">SHA-256 of the NAR when the path was made valid.</param>
/// <param name="RecordedSizeBytes">Its length then; 0 where that is not on record.</param>
/// <param name="FoundHash">SHA-256 of the NAR of the files as they are.</param>
/// <param name="FoundSizeBytes">Its length.</param>
public sealed record ContentsCheck(
    StorePath Path,
    Sha256Digest RecordedHash,
    long RecordedSizeBytes,
    Sha256Digest FoundHash,
    long FoundSizeBytes
)
{
    /// <summary>Whether the files are what was made valid.</summary>
    public bool IsIntact =>
        RecordedHash == FoundHash && (RecordedSizeBytes == FoundSizeBytes || RecordedSizeBytes == 0);
}
