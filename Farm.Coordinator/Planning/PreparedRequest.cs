using System.Collections.Immutable;
using Farm.Protocol;
using Farm.Store.Paths;

namespace Farm.Coordinator.Planning;

/// <summary>Everything a worker needs to build a step.</summary>
/// <param name="Closure">Input paths and all that they refer to.</param>
public sealed record PreparedRequest(BuildRequest Request, ImmutableSortedSet<StorePath> Closure);
