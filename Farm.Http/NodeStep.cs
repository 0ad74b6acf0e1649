namespace Farm.Http;

/// <summary>How far a node is with long work on its store.</summary>
/// <param name="Phase"><c>searching</c>, <c>found</c>, <c>deleting</c> and <c>sweeping</c> of a collection; <c>optimising</c>; <c>checking</c>.</param>
/// <param name="Done">How many are done: links while sweeping, else paths.</param>
/// <param name="Total">Of how many; null where that is not known.</param>
/// <param name="Bytes">Freed, hashed or checked so far.</param>
public sealed record NodeStep(string Phase, long Done = 0, long? Total = null, long Bytes = 0);
