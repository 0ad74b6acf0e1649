using Farm.Coordinator.Planning;
using Farm.Protocol;
using Farm.Store.Paths;

namespace Farm.Coordinator.Persistence;

/// <summary>Keeps store paths from being collected for the sake of a build.</summary>
public interface IBuildRoots
{
    /// <summary>Keeps what a build needs and has, and holds what it will have from the moment that is there.</summary>
    /// <param name="build">The build; done for it before, nothing is held twice.</param>
    /// <param name="plan">Its derivations and the valid outputs are kept, the outputs of all its steps held.</param>
    /// <param name="ct">Stops before the next root.</param>
    Task BeginAsync(BuildId build, BuildPlan plan, CancellationToken ct);

    /// <summary>Adds paths to those kept for the build.</summary>
    Task ProtectAsync(BuildId build, IEnumerable<StorePath> paths, CancellationToken ct);

    /// <summary>The build is over: keeps only these for it, until they have been kept long enough.</summary>
    Task ReduceAsync(BuildId build, IReadOnlySet<StorePath> kept, CancellationToken ct);
}
