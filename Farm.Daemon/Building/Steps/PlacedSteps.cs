using System.Collections.Immutable;
using Farm.Protocol;
using Farm.Store.Derivations;
using Farm.Store.Local;
using Farm.Store.Paths;
using Farm.Store.Realisations;
using Farm.Store.Wire;
using Farm.Worker.Core;
using Farm.Worker.Execution;

namespace Farm.Daemon.Building.Steps;

/// <summary>Builds on a farm where there is one, else on this machine.</summary>
/// <remarks>On this machine all the same: derivations that prefer that, where it can build them and may, and what is built again to be
/// compared or repaired.</remarks>
/// <param name="store">The daemon's.</param>
/// <param name="realisations">What outputs have come to in it.</param>
/// <param name="local">This machine.</param>
/// <param name="farm">The farm; null where there is none.</param>
/// <param name="clock">Tells when builds begin and end.</param>
internal sealed class PlacedSteps(
    LocalStore store,
    StoreRealisations realisations,
    IStepPlace local,
    IStepPlace? farm,
    TimeProvider clock
) : IStepBuilder
{
    private readonly LocalStore _store = store;
    private readonly StepResolver _resolver = new(store, realisations);

    public bool UsesJob(StepWork work) => PlaceOf(work).UsesJob;

    public async Task<StepEnd> BuildAsync(StepWork work, IStepListener listener, CancellationToken ct)
    {
        var place = PlaceOf(work);
        if (place.Refusal(work) is { } refusal)
            return StepEnd.Failed(refusal);
        if (await _resolver.ResolveAsync(work, Options(work), ct).ConfigureAwait(false) is not { } resolved)
            return StepEnd.Failed(LocalRefusal.WithoutInputs(work, _store.StoreDir));
        var request = resolved.Request;
        if (request.DrvPath != work.DrvPath)
            await listener.NoteAsync(Resolution(work.DrvPath, request.DrvPath), ct).ConfigureAwait(false);
        if (work.Mode == BuildMode.Normal && await IsThereAsync(resolved, ct).ConfigureAwait(false))
        {
            var there = await RecordedAsync(resolved, resolved.Outputs, ct).ConfigureAwait(false);
            return new StepEnd(new BuildResult { Status = BuildStatus.AlreadyValid }, there);
        }
        var closure = await _store.ClosureAsync(request.InputPaths, ct).ConfigureAwait(false);
        var assignment = new BuildAssignment(
            new AttemptKey(AttemptId.Create(Guid.CreateVersion7(clock.GetUtcNow())), 1),
            request,
            [.. closure.Select(path => new InputHolders(path, []))]
        );
        var log = new StepLog(work, _store.Layout.LogDir, listener);
        var executor = place.Executor(work, resolved, log, listener);
        if (work.Settings.Build.PostBuildHook is { } hook)
            executor = new PostBuildHookBuildExecutor(executor, hook, _store.StoreDir);
        executor = new RealisationRecordingBuildExecutor(executor, realisations);
        var start = clock.GetUtcNow();
        BuildOutcome outcome;
        await using (log.ConfigureAwait(false))
        {
            outcome = await executor.ExecuteAsync(assignment, log, ct).ConfigureAwait(false);
            await log.FinishAsync(ct).ConfigureAwait(false);
            if (outcome.KeptDirectory is { } kept)
                await listener.NoteAsync($"note: keeping build directory '{kept}'", ct).ConfigureAwait(false);
        }
        return outcome is BuildOutcome.Built built
            ? new StepEnd(
                Success(built, start),
                await RecordedAsync(resolved, Outputs(request, built), ct).ConfigureAwait(false)
            )
            : StepEnd.Failed(
                StepFailures.Of(
                    outcome,
                    _store.StoreDir,
                    work.DrvPath,
                    work.Title,
                    !request.IsFixedOutput(),
                    log.Tail
                ) with
                {
                    TimesBuilt = 1,
                    StartTime = start,
                    StopTime = clock.GetUtcNow(),
                }
            );
    }

    private IStepPlace PlaceOf(StepWork work)
    {
        if (farm is null || work.Mode != BuildMode.Normal)
            return local;
        var mayBeHere = work.Options.PrefersLocalBuild && work.Settings.Build.MaxJobs > 0;
        return mayBeHere && local.Refusal(work) is null ? local : farm;
    }

    private string Resolution(StorePath from, StorePath to) =>
        $"resolved derivation: '{_store.StoreDir.Print(from)}' -> '{_store.StoreDir.Print(to)}'...";

    private BuildResult Success(BuildOutcome.Built built, DateTimeOffset start) =>
        new()
        {
            Status = BuildStatus.Built,
            TimesBuilt = 1,
            StartTime = start,
            StopTime = clock.GetUtcNow(),
            CpuUser = built.Usage?.UserTime,
            CpuSystem = built.Usage?.SystemTime,
        };

    private static ImmutableSortedDictionary<string, StorePath> Outputs(
        BuildRequest request,
        BuildOutcome.Built built
    ) =>
        request
            .Outputs.Zip(built.Outputs)
            .ToImmutableSortedDictionary(
                output => output.First.Name,
                output => output.Second.Path,
                StringComparer.Ordinal
            );

    /// <summary>Whether all outputs are valid: another client's build may just have ended, or equal inputs have come to the same.</summary>
    private async Task<bool> IsThereAsync(ResolvedStep step, CancellationToken ct)
    {
        if (step.Outputs.Count < step.Request.Outputs.Length)
            return false;
        var valid = await _store.ValidAsync([.. step.Outputs.Values], ct).ConfigureAwait(false);
        return step.Outputs.Values.All(valid.Contains);
    }

    /// <summary>Records what the outputs have come to, by the derivation as it was, too.</summary>
    /// <returns>What is then recorded.</returns>
    private async Task<ImmutableSortedDictionary<string, StorePath>> RecordedAsync(
        ResolvedStep step,
        ImmutableSortedDictionary<string, StorePath> outputs,
        CancellationToken ct
    ) => step.OwnHash is { } hash ? await realisations.RecordAsync(hash, outputs, ct).ConfigureAwait(false) : outputs;

    private static BuildOptions Options(StepWork work)
    {
        var build = work.Settings.Build;
        return new BuildOptions(build.Timeout, build.MaxSilent, build.MaxLogBytes)
        {
            Mode = work.Mode,
            KeepsFailed = build.KeepsFailed,
        };
    }
}
