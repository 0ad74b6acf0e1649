namespace Farm.Cli.Commands.Stores;

/// <summary>What a local store is, as JSON.</summary>
/// <param name="Root">Physical root.</param>
/// <param name="StoreDir">What its paths begin with.</param>
/// <param name="Schema">Version of the database.</param>
/// <param name="ImmutableBit">Whether registered files have the immutable bit.</param>
/// <param name="Paths">How many paths are valid.</param>
/// <param name="NarSize">Their length as archives, in bytes.</param>
/// <param name="Links">How many different contents are kept to be shared.</param>
/// <param name="LinksSize">Their length in bytes.</param>
public sealed record PingDocument(
    string Root,
    string StoreDir,
    string Schema,
    bool ImmutableBit,
    long Paths,
    long NarSize,
    long Links,
    long LinksSize
);
