using System.Collections.Immutable;
using Farm.Protocol;
using Farm.Protocol.Api;
using Farm.Store.Paths;

namespace Farm.Coordinator.Persistence;

/// <summary>What was. Null always means that there is no such thing; a failed look-up throws.</summary>
public interface IFarmHistory
{
    /// <summary>A build that is over.</summary>
    Task<BuildView?> FinishedBuildAsync(BuildId id, CancellationToken ct);

    /// <summary>Builds that are over, latest first.</summary>
    Task<ImmutableArray<BuildView>> FinishedBuildsAsync(int limit, CancellationToken ct);

    Task<StepRow?> StepAsync(StorePath drvPath, CancellationToken ct);

    /// <summary>All attempts at a step, oldest first.</summary>
    Task<ImmutableArray<AttemptRow>> AttemptsAsync(StorePath drvPath, CancellationToken ct);

    Task<AttemptRow?> AttemptAsync(AttemptId id, CancellationToken ct);

    /// <summary>Mean run time of builders by name of the derivation; a name that was never built is absent.</summary>
    Task<ImmutableDictionary<string, TimeSpan>> DurationsAsync(IReadOnlyCollection<string> names, CancellationToken ct);
}
