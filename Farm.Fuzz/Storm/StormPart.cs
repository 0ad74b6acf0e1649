namespace Farm.Fuzz.Storm;

/// <summary>One of those who use the store at once.</summary>
/// <param name="Name">In the report.</param>
/// <param name="Count">How many of them there are.</param>
/// <param name="OnceAsync">One piece of work.</param>
internal sealed record StormPart(string Name, int Count, Func<Random, CancellationToken, Task> OnceAsync);
