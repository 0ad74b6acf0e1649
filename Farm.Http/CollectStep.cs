namespace Farm.Http;

/// <summary>How far a collection is.</summary>
/// <param name="Phase"><c>searching</c>, <c>found</c>, <c>deleting</c> or <c>sweeping</c>.</param>
/// <param name="Done">How many are done.</param>
/// <param name="Total">Of how many; null where that is not known.</param>
/// <param name="FreedBytes">So far.</param>
public sealed record CollectStep(string Phase, long Done = 0, long? Total = null, long FreedBytes = 0);
