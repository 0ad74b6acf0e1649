namespace Farm.Cli.Commands.Stores;

/// <summary>Whether a path is what it was, as JSON.</summary>
/// <param name="Path">Full path.</param>
/// <param name="IsIntact">Whether both hashes and sizes are equal.</param>
/// <param name="RecordedHash">SHA-256 of the NAR when it was made valid, in SRI form.</param>
/// <param name="FoundHash">SHA-256 of the NAR as it is, in SRI form.</param>
public sealed record VerifiedDocument(string Path, bool IsIntact, string RecordedHash, string FoundHash);
