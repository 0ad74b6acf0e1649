namespace Farm.Http;

/// <summary>What a collection has come to.</summary>
/// <param name="DeletedPaths">Valid paths deleted.</param>
/// <param name="DeletedLeftovers">Other names deleted.</param>
/// <param name="FreedBytes">Size of the files deleted.</param>
/// <param name="RemovedLinks">Names removed from <c>.links</c>.</param>
/// <param name="SavedBytes">What hard links save now.</param>
/// <param name="Listed">The answer to a question: full paths.</param>
public sealed record CollectAnswer(
    long DeletedPaths,
    long DeletedLeftovers,
    long FreedBytes,
    long RemovedLinks,
    long SavedBytes,
    string[] Listed
);
