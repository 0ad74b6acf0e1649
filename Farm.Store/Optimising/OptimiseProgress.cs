namespace Farm.Store.Optimising;

/// <summary>How far an optimisation is. Each figure only grows.</summary>
/// <param name="PathsDone">Store paths that were gone through.</param>
/// <param name="PathsTotal">All that were valid when it began.</param>
/// <param name="FilesHashed">Files that were read.</param>
/// <param name="BytesHashed">Their contents.</param>
/// <param name="FilesLinked">Files that were replaced by a link.</param>
/// <param name="SavedBytes">Size of those that are gone.</param>
public sealed record OptimiseProgress(
    long PathsDone,
    long PathsTotal,
    long FilesHashed,
    long BytesHashed,
    long FilesLinked,
    long SavedBytes
);
