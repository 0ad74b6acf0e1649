using System.Collections.Immutable;
using Farm.Client;
using Farm.Daemon.Farms;
using Farm.Http;
using Farm.Protocol;
using Farm.Protocol.Api;
using Farm.Store;
using Farm.Store.Derivations;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Worker.Execution;

namespace Farm.Daemon.Building.Steps;

/// <summary>Has one derivation built by a farm: sends what the build needs, follows it, and brings its outputs into the daemon's
/// store.</summary>
/// <remarks>The derivation goes there with paths alone as inputs, so that nothing is built there but itself. A worker that dies is
/// the farm's affair: the coordinator gives the build to another one.</remarks>
internal sealed class FarmBuildExecutor(
    FarmLink farm,
    LocalStore store,
    Derivation derivation,
    AttemptLogs logs,
    TimeProvider clock
) : IBuildExecutor
{
    /// <summary>How long a build that nobody wants any more may take to be called off.</summary>
    private static readonly TimeSpan CancelWithin = TimeSpan.FromSeconds(10);

    public async Task<BuildOutcome> ExecuteAsync(
        BuildAssignment assignment,
        IBuildProgress progress,
        CancellationToken ct
    )
    {
        await using (logs.ConfigureAwait(false))
        {
            using var turn = await farm.TurnAsync(ct).ConfigureAwait(false);
            try
            {
                await AskAsync(asking => farm.SendAsync([.. assignment.Inputs.Select(input => input.Path)], asking), ct)
                    .ConfigureAwait(false);
                var ended = await BuildAsync(assignment.Request, ct).ConfigureAwait(false);
                return await OutcomeAsync(assignment.Request, ended, ct).ConfigureAwait(false);
            }
            catch (Exception failure)
                when (failure
                        is HttpRequestException
                            or HttpStoreException
                            or FarmRefusalException
                            or TransferException
                            or FetchException
                            or StoreException
                )
            {
                return new BuildOutcome.InfrastructureFailed(failure.Message, IsTransient: true);
            }
        }
    }

    private async Task<BuildView> BuildAsync(BuildRequest request, CancellationToken ct)
    {
        var given = derivation with
        {
            InputDerivations = ImmutableSortedDictionary<StorePath, DerivationInput>.Empty,
            InputSources = request.InputPaths,
        };
        var text = DerivationPrinter.Print(store.StoreDir, given);
        await AskAsync(asking => farm.Client.GiveAsync(request.DrvPath, text, asking), ct).ConfigureAwait(false);
        var submit = new SubmitBuild(
            [request.DrvPath],
            TimeoutSeconds: request.Options.Timeout?.TotalSeconds,
            MaxSilentSeconds: request.Options.MaxSilent?.TotalSeconds,
            MaxLogBytes: request.Options.MaxLogBytes,
            KeepFailed: request.Options.KeepsFailed
        );
        var build = await farm.AskAsync(asking => farm.Client.SubmitAsync(submit, _ => { }, asking), logs.NoteAsync, ct)
            .ConfigureAwait(false);
        try
        {
            var ended = build.State == BuildState.Succeeded ? build : await WatchAsync(build.Id).ConfigureAwait(false);
            await logs.FinishAsync(ct).ConfigureAwait(false);
            return ended;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            await CancelAsync(build.Id).ConfigureAwait(false);
            throw;
        }

        async Task<BuildView> WatchAsync(BuildId id)
        {
            var following = new StepFollowing(request.DrvPath, logs);
            var watcher = new BuildWatcher(farm.Client, FarmLink.Patience, clock);
            var shown = store.StoreDir.Print(request.DrvPath);
            using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
            // It only tells: where it cannot, because the coordinator is away, the watcher notices that too.
            var telling = new WaitTelling(farm.Client, request.DrvPath, logs, shown, clock).RunAsync(over.Token);
            try
            {
                await foreach (var happened in watcher.WatchAsync(id, ct).ConfigureAwait(false))
                {
                    if (happened is not null)
                        await following.SeeAsync(happened, ct).ConfigureAwait(false);
                    if (happened is BuildEvent.Ended(var view))
                        return view;
                }
            }
            finally
            {
                await over.CancelAsync().ConfigureAwait(false);
                await telling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            throw new System.Diagnostics.UnreachableException("a build is watched until it ends");
        }
    }

    private async Task<BuildOutcome> OutcomeAsync(BuildRequest request, BuildView ended, CancellationToken ct)
    {
        var root = ended.Roots.Single(); // it was submitted with one
        switch (ended.State, root.Status)
        {
            case (BuildState.Succeeded, StepStatus.Done(var attempt)):
                var usage = attempt is { } built ? (await ToldAsync(built, ct).ConfigureAwait(false)).Usage : null;
                var outputs = await FetchAsync(request, root.Outputs, ct).ConfigureAwait(false);
                var wallTime = usage?.WallTime ?? TimeSpan.Zero;
                return new BuildOutcome.Built(outputs, usage?.CpuTime() ?? TimeSpan.Zero, wallTime) { Usage = usage };
            case (BuildState.Cancelled, _):
                return new BuildOutcome.InfrastructureFailed(
                    $"build {ended.Id} was cancelled at the coordinator",
                    IsTransient: false
                );
            case (_, StepStatus.Failed failed):
                return await FailureAsync(failed, ct).ConfigureAwait(false);
            case (_, StepStatus.DependencyFailed(var input)):
                var reason = ended.Failures.Select(step => step.Status).OfType<StepStatus.Failed>().FirstOrDefault();
                return new BuildOutcome.InfrastructureFailed(
                    $"'{store.StoreDir.Print(input)}', which it needs, failed there: {reason?.Reason}",
                    IsTransient: false
                );
            default:
                throw new FarmRefusalException(
                    $"The coordinator at {farm.Client.Address} ended build {ended.Id} as {ended.State} with '{request.DrvPath}' {root.Status}."
                );
        }
    }

    /// <summary>What the worker said, where it said what is wrong with the build.</summary>
    private async Task<BuildOutcome> FailureAsync(StepStatus.Failed failed, CancellationToken ct)
    {
        var told = failed.Attempt is { } attempt ? await ToldAsync(attempt, ct).ConfigureAwait(false) : null;
        if (told is null or BuildOutcome.Built or BuildOutcome.Cancelled or BuildOutcome.InfrastructureFailed)
            return new BuildOutcome.InfrastructureFailed(failed.Reason, IsTransient: false);
        if (told.KeptDirectory is { } kept)
            await logs.NoteAsync($"note: the worker keeps build directory '{kept}'", ct).ConfigureAwait(false);
        return told with { KeptDirectory = null };
    }

    private Task<BuildOutcome> ToldAsync(AttemptId attempt, CancellationToken ct) =>
        farm.AskAsync(asking => farm.Client.OutcomeAsync(attempt, asking), logs.NoteAsync, ct);

    private async Task AskAsync(Func<CancellationToken, Task> ask, CancellationToken ct) =>
        _ = await farm.AskAsync(
                async asking =>
                {
                    await ask(asking).ConfigureAwait(false);
                    return true;
                },
                logs.NoteAsync,
                ct
            )
            .ConfigureAwait(false);

    private async Task<ImmutableArray<PathInfo>> FetchAsync(
        BuildRequest request,
        ImmutableSortedDictionary<string, StorePath> outputs,
        CancellationToken ct
    )
    {
        await farm.FetchAsync([.. outputs.Values], ct).ConfigureAwait(false);
        var infos = ImmutableArray.CreateBuilder<PathInfo>();
        foreach (var output in request.Outputs)
        {
            var path = outputs[output.Name];
            infos.Add(
                await store.QueryAsync(path, ct).ConfigureAwait(false)
                    ?? throw new StoreException.InvalidPath(store.StoreDir.Print(path))
            );
        }
        return infos.ToImmutable();
    }

    private async Task CancelAsync(BuildId build)
    {
        using var within = new CancellationTokenSource(CancelWithin, clock);
        try
        {
            await farm.Client.CancelAsync(build, within.Token).ConfigureAwait(false);
        }
        catch (Exception failure)
            when (failure is HttpRequestException or FarmRefusalException or OperationCanceledException)
        {
            farm.NotCancelled(build, failure);
        }
    }
}
