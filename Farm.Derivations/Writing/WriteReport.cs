using System.Collections.Immutable;
using Farm.Store.Paths;

namespace Farm.Derivations.Writing;

/// <summary>What was written.</summary>
/// <param name="Added">Paths that were missing, in the order in which they were added.</param>
/// <param name="Present">How many were there already.</param>
public sealed record WriteReport(ImmutableArray<StorePath> Added, int Present);
