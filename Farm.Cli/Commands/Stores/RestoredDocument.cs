namespace Farm.Cli.Commands.Stores;

/// <summary>What <c>farm store restore</c> has made, as JSON.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="NarHash">SHA-256 of the archive, in SRI form.</param>
/// <param name="NarSize">Its length in bytes.</param>
public sealed record RestoredDocument(string Path, string NarHash, long NarSize);
