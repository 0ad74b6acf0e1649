using System.Collections.Immutable;
using Farm.Derivations.Objects;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Derivations.Writing;

/// <summary>Somewhere that store objects are written to.</summary>
public interface IObjectSink
{
    /// <summary>Those of the paths that are not there yet. One question for all, so that a build in which nothing changed asks once.</summary>
    Task<ImmutableSortedSet<StorePath>> MissingAsync(IReadOnlyCollection<StorePath> paths, CancellationToken ct);

    /// <summary>Adds an object that is missing; what it refers to has been added before.</summary>
    Task AddAsync(StoreObject item, PathInfo info, CancellationToken ct);
}
