using Farm.Store.Local;

namespace Farm.Store.Collector;

/// <summary>What a batch has come to.</summary>
/// <param name="Names">Base names of those that are out of the store.</param>
/// <param name="Removed">What is removed already, beside the files set aside.</param>
internal readonly record struct DeletedBatch(IReadOnlyList<string> Names, RemovedFiles Removed);
