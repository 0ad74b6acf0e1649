using System.Collections.Immutable;
using Farm.Protocol;
using Farm.Store;
using Farm.Store.Integrity;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Worker.Running;

namespace Farm.Worker.Execution;

/// <summary>Repairs by building the recorded deriver again, on this machine, from what the store has.</summary>
/// <param name="store">The store with the damage.</param>
/// <param name="parts">What the build is made with; asked for at the first repair, since a machine may have no sandbox.</param>
public sealed class RebuildRepairSource(LocalStore store, Func<LocalBuildParts> parts) : IRepairSource
{
    public async Task<bool> RepairAsync(PathInfo info, CancellationToken ct)
    {
        if (
            info.Deriver is not { } drvPath
            || await new LocalRequests(store).FindAsync(drvPath, BuildOptions.None, ct).ConfigureAwait(false)
                is not { } request
        )
            return false;
        if (!request.Outputs.Any(output => output.Path == info.Path))
            return false;
        await using var hold = await store.TempRoots.HoldAsync([.. request.InputPaths], ct).ConfigureAwait(false);
        var closure = await store.ClosureAsync(request.InputPaths, ct).ConfigureAwait(false);
        var keeper = new ReplacingOutputKeeper(store, info);
        var outcome = await BuildAsync(info.Path, request, closure, keeper, ct).ConfigureAwait(false);
        if (keeper.Refusal is { } refusal)
            throw new StoreException.NotBuiltAgain(
                store.StoreDir.Print(info.Path),
                $"it came out otherwise, with {refusal.Got} instead of {refusal.Specified}"
            );
        return outcome is BuildOutcome.Built
            ? keeper.HasReplaced
            : throw new StoreException.NotBuiltAgain(store.StoreDir.Print(info.Path), Reason(outcome));
    }

    private async Task<BuildOutcome> BuildAsync(
        StorePath path,
        BuildRequest request,
        ImmutableSortedSet<StorePath> closure,
        IOutputKeeper keeper,
        CancellationToken ct
    )
    {
        try
        {
            var executor = new LocalBuildExecutor(parts() with { Keeper = keeper });
            return await executor
                .ExecuteAsync(LocalRequests.Assignment(request, closure), new SilentProgress(), ct)
                .ConfigureAwait(false);
        }
        catch (SandboxException cause)
        {
            throw new StoreException.NotBuiltAgain(store.StoreDir.Print(path), cause.Message);
        }
    }

    private static string Reason(BuildOutcome outcome) =>
        outcome switch
        {
            BuildOutcome.BuilderFailed failed => string.Join("; ", ["its builder failed", .. failed.LastLines]),
            BuildOutcome.OutputRejected rejected => rejected.Reason,
            BuildOutcome.InputRejected rejected => rejected.Reason,
            BuildOutcome.InfrastructureFailed failed => failed.Reason,
            BuildOutcome.MemoryExceeded exceeded => $"its builder used more memory than {exceeded.LimitBytes} bytes",
            BuildOutcome.TimedOut timedOut => $"its builder took longer than {timedOut.After}",
            _ => "the build did not end well",
        };
}
