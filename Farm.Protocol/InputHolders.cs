using System.Collections.Immutable;
using Farm.Store.Paths;

namespace Farm.Protocol;

/// <summary>Where a worker finds one input.</summary>
/// <param name="Path">A path of the input closure.</param>
/// <param name="Holders">Binary caches of other workers that have it, best first; the coordinator has it in any case and is not named.</param>
public sealed record InputHolders(StorePath Path, ImmutableArray<Uri> Holders);
