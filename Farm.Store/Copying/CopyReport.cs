using System.Collections.Immutable;
using Farm.Store.Paths;

namespace Farm.Store.Copying;

/// <summary>What a copy has come to.</summary>
/// <param name="Copied">What was copied, in the order in which it became valid.</param>
/// <param name="Bytes">Length of their archives together.</param>
public sealed record CopyReport(ImmutableArray<StorePath> Copied, long Bytes);
