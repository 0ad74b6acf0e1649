using System.Collections.Immutable;
using Farm.Protocol;
using Farm.Store.Derivations;
using Farm.Store.Local;
using Farm.Store.Paths;
using Farm.Store.Wire;
using Farm.Worker.Core;
using Farm.Worker.Execution;

namespace Farm.Daemon.Building.Steps;

/// <summary>Builds on this machine, straight from and into the daemon's own store.</summary>
/// <param name="parts">What builders run with; the settings of the sandbox come with each build.</param>
/// <param name="clock">Tells when builds begin and end.</param>
internal sealed class LocalSteps(LocalBuildParts parts, TimeProvider clock) : IStepBuilder
{
    private readonly LocalStore _store = parts.Store;

    public bool UsesJob(StepWork work) => true;

    public async Task<StepEnd> BuildAsync(StepWork work, IStepListener listener, CancellationToken ct)
    {
        if (LocalRefusal.Of(work, _store.StoreDir) is { } refusal)
            return StepEnd.Failed(refusal);
        var request = BuildRequest.From(work.DrvPath, work.Derivation, work.Inputs, Options(work));
        if (work.Mode == BuildMode.Normal && await ValidAsync(request, ct).ConfigureAwait(false) is { } there)
            return new StepEnd(new BuildResult { Status = BuildStatus.AlreadyValid }, there);
        var closure = await _store.ClosureAsync(request.InputPaths, ct).ConfigureAwait(false);
        var assignment = new BuildAssignment(
            new AttemptKey(AttemptId.Create(Guid.CreateVersion7(clock.GetUtcNow())), 1),
            request,
            [.. closure.Select(path => new InputHolders(path, []))]
        );
        IBuildExecutor executor = new LocalBuildExecutor(parts with { Sandbox = work.Settings.Sandbox });
        if (work.Settings.Build.PostBuildHook is { } hook)
            executor = new PostBuildHookBuildExecutor(executor, hook, _store.StoreDir);
        await listener.BeganAsync("", ct).ConfigureAwait(false);
        var start = clock.GetUtcNow();
        var log = new StepLog(work, _store.Layout.LogDir, listener);
        BuildOutcome outcome;
        await using (log.ConfigureAwait(false))
        {
            outcome = await executor.ExecuteAsync(assignment, log, ct).ConfigureAwait(false);
            await log.FinishAsync(ct).ConfigureAwait(false);
            if (outcome.KeptDirectory is { } kept)
                await listener.NoteAsync($"note: keeping build directory '{kept}'", ct).ConfigureAwait(false);
        }
        return outcome is BuildOutcome.Built built
            ? new StepEnd(Success(built, start), Outputs(request))
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

    private static ImmutableSortedDictionary<string, StorePath> Outputs(BuildRequest request) =>
        request.Outputs.ToImmutableSortedDictionary(
            output => output.Name,
            output => output.Path,
            StringComparer.Ordinal
        );

    /// <summary>The outputs where all are valid: another client's build may just have ended.</summary>
    private async Task<ImmutableSortedDictionary<string, StorePath>?> ValidAsync(
        BuildRequest request,
        CancellationToken ct
    )
    {
        var outputs = Outputs(request);
        var valid = await _store.ValidAsync([.. outputs.Values], ct).ConfigureAwait(false);
        return outputs.Values.All(valid.Contains) ? outputs : null;
    }

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
