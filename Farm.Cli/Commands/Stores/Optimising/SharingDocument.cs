namespace Farm.Cli.Commands.Stores.Optimising;

/// <summary>What <c>farm store optimise --stats</c> tells, as JSON.</summary>
public sealed record SharingDocument(
    long Contents,
    long Files,
    long ActualBytes,
    long UnsharedBytes,
    long SavedBytes,
    long SavedInodes,
    long UnusedContents,
    long UnusedBytes
);
