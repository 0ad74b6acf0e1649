using System.Collections.Immutable;
using Farm.Store;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Worker.Execution;

/// <summary>The coordinator's store, where outputs go.</summary>
public interface IUploadTarget
{
    /// <summary>Those of the paths that are not valid there.</summary>
    /// <exception cref="TransferException">It cannot be reached.</exception>
    Task<ImmutableSortedSet<StorePath>> MissingAsync(IReadOnlyCollection<StorePath> paths, CancellationToken ct);

    /// <summary>Sends a path from a store; one that is valid there already is no error.</summary>
    /// <param name="repairs">Whether it takes the place of one that is valid and damaged there.</param>
    /// <exception cref="TransferException">It cannot be reached, or refuses.</exception>
    Task UploadAsync(IStore from, PathInfo path, bool repairs, CancellationToken ct);
}
