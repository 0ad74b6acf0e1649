using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Worker.Execution;

/// <summary>An output that came out otherwise when it was built again.</summary>
/// <param name="Path">The output as it is recorded.</param>
/// <param name="Recorded">Hash of its NAR.</param>
/// <param name="Built">Hash of the NAR of what came out now.</param>
/// <param name="Kept">Where that is kept; null where it is not.</param>
internal sealed record OutputDifference(StorePath Path, Sha256Digest Recorded, Sha256Digest Built, string? Kept);
