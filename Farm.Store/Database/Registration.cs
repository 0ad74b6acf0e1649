using System.Collections.Immutable;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Store.Database;

/// <summary>A path to be made valid.</summary>
/// <param name="Info">All that is recorded of it.</param>
/// <param name="Outputs">Of a derivation: the outputs whose paths are known, by name. Else empty.</param>
public sealed record Registration(PathInfo Info, ImmutableSortedDictionary<string, StorePath> Outputs)
{
    /// <summary>A path that is no derivation.</summary>
    public static Registration Of(PathInfo info) => new(info, ImmutableSortedDictionary<string, StorePath>.Empty);
}
