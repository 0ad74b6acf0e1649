using System.Collections.Immutable;
using Farm.Coordinator.Persistence;
using Farm.Coordinator.Planning;
using Farm.Coordinator.Scheduling;
using Farm.Protocol;
using Farm.Protocol.Api;
using Farm.Store.Paths;
using Farm.Store.Roots;
using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Farm.Coordinator;

/// <summary>Plans unfinished builds anew when a coordinator starts: the store tells what is built, the database the rest.</summary>
internal static partial class Restart
{
    public static async Task<UnfinishedPlans> LoadAsync(
        FarmDatabase database,
        BuildPlanner planner,
        GcRootFolder roots,
        StoreHolds holds,
        TimeProvider time,
        ILogger log,
        CancellationToken ct
    )
    {
        var work = await database.LoadUnfinishedAsync(ct).ConfigureAwait(false);
        var queued = ImmutableArray.CreateBuilder<SchedulerEvent.BuildQueued>();
        foreach (var build in work.Builds)
        {
            try
            {
                var plan = await planner
                    .PlanAsync(build.Roots, build.Options.Mode, holds, fetching: null, ct)
                    .ConfigureAwait(false);
                await roots.BeginAsync(build.Id, plan, ct).ConfigureAwait(false);
                queued.Add(
                    new SchedulerEvent.BuildQueued(
                        build.Id,
                        build.Priority,
                        build.CreatedAt,
                        plan.Roots,
                        plan.Steps,
                        build.Options.Mode
                    )
                );
            }
            catch (PlanException cause)
            {
                BuildLost(log, build.Id, cause);
                await roots.ReduceAsync(build.Id, ImmutableHashSet<StorePath>.Empty, ct).ConfigureAwait(false);
                var lost = new FarmRecord.BuildEnded(Lost(build, cause, time.GetUtcNow()));
                await database.WriteAsync([lost], ct).ConfigureAwait(false);
            }
        }

        return new UnfinishedPlans(
            new SchedulerEvent.Restored(queued.DrainToImmutable(), work.FailedSteps, work.LiveAttempts, work.Epochs),
            work.Builds.ToImmutableDictionary(build => build.Id, build => build.Options),
            work.LastBuild
        );
    }

    /// <summary>A build whose derivations left the store while the coordinator was away.</summary>
    private static BuildView Lost(UnfinishedBuild build, PlanException cause, DateTimeOffset now)
    {
        ImmutableArray<BuildRootView> roots =
        [
            .. build.Roots.Select(root => new BuildRootView(
                root,
                ImmutableSortedDictionary<string, StorePath>.Empty,
                new StepStatus.Failed(cause.Message, null)
            )),
        ];
        return new BuildView(
            build.Id,
            BuildState.Failed,
            build.Priority,
            build.CreatedAt,
            now,
            roots,
            StepCounts.None,
            [],
            [new StepSummary(cause.DrvPath, cause.DrvPath.Name, new StepStatus.Failed(cause.Message, null))]
        );
    }

    [LoggerMessage(3101, LogLevel.Error, "Build {Build} cannot go on")]
    private static partial void BuildLost(ILogger log, BuildId build, Exception cause);
}
