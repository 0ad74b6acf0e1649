using Farm.Protocol;
using Farm.Store.Paths;

namespace Farm.Coordinator.Persistence;

/// <summary>Keeps store paths from being collected for the sake of a build.</summary>
public interface IBuildRoots
{
    /// <summary>Adds paths to those kept for the build.</summary>
    Task ProtectAsync(BuildId build, IEnumerable<StorePath> paths, CancellationToken ct);

    /// <summary>Keeps only these for the build.</summary>
    Task ReduceAsync(BuildId build, IReadOnlySet<StorePath> kept, CancellationToken ct);
}
