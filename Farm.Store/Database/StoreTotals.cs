namespace Farm.Store.Database;

/// <summary>How much a store has.</summary>
/// <param name="Paths">How many paths are valid.</param>
/// <param name="NarSizeBytes">Their length as archives.</param>
public readonly record struct StoreTotals(long Paths, long NarSizeBytes);
