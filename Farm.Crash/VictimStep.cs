namespace Farm.Crash;

/// <summary>Something that a victim does to its store.</summary>
/// <param name="Name">For the counts.</param>
/// <param name="RunAsync">Does it once.</param>
internal sealed record VictimStep(string Name, Func<Random, Task> RunAsync);
