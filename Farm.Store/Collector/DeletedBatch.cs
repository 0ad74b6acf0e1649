namespace Farm.Store.Collector;

/// <summary>What a batch has come to.</summary>
/// <param name="Names">Base names of those that are out of the store.</param>
/// <param name="FreedBytes">What is freed before the files set aside are removed.</param>
internal readonly record struct DeletedBatch(IReadOnlyList<string> Names, long FreedBytes);
