using System.Collections.Immutable;
using Farm.Store.Local;

namespace Farm.Store.Optimising;

/// <summary>What an optimisation of a store has come to.</summary>
/// <param name="Paths">Store paths that were gone through.</param>
/// <param name="FilesHashed">Files that were read; the others were known to share their content.</param>
/// <param name="BytesHashed">Their contents.</param>
/// <param name="FilesLinked">Files that were replaced by a link to an equal one.</param>
/// <param name="SavedBytes">Size of the files that are gone for it.</param>
/// <param name="SavedInodes">Their number.</param>
/// <param name="ContentsAdded">Files that were the first with their content.</param>
/// <param name="CorruptLinks">Names in <c>.links</c> that had another content than they are named after, and were removed.</param>
/// <param name="Kept">How many files stayed copies, by reason.</param>
/// <param name="Suspicious">Some of those that are no store files by mode or time: the store should be verified.</param>
public sealed record OptimiseReport(
    long Paths,
    long FilesHashed,
    long BytesHashed,
    long FilesLinked,
    long SavedBytes,
    long SavedInodes,
    long ContentsAdded,
    long CorruptLinks,
    ImmutableSortedDictionary<KeptReason, long> Kept,
    ImmutableArray<string> Suspicious
);
