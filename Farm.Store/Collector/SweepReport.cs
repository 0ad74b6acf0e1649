namespace Farm.Store.Collector;

/// <summary>What a sweep of <c>.links</c> has come to.</summary>
/// <param name="RemovedLinks">Names that no store path shared any more.</param>
/// <param name="RemovedBytes">Size of their contents, of which a collection has counted what it deleted itself.</param>
/// <param name="SavedBytes">What hard links save now: the size of all shared files if each were a copy, less what is there.</param>
public sealed record SweepReport(long RemovedLinks, long RemovedBytes, long SavedBytes);
