namespace Farm.Crash;

/// <summary>What a crash loop has come to.</summary>
/// <param name="Kills">Owners that were killed.</param>
/// <param name="Leftovers">Unfinished objects that they left, and that were removed.</param>
/// <param name="BitsSet">Immutable bits that were lifted when they were killed, and were set again.</param>
/// <param name="Checks">Times that the whole store was looked at, and nothing was wrong.</param>
/// <param name="PathsRead">Valid paths that were read then.</param>
public sealed record CrashTally(int Kills, int Leftovers, int BitsSet, int Checks, int PathsRead);
