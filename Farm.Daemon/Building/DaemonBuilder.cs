using System.Collections.Immutable;
using Farm.Daemon.Building.Goals;
using Farm.Daemon.Building.Steps;
using Farm.Store.BinaryCaches;
using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.Paths;
using Farm.Store.Realisations;
using Farm.Store.Roots;
using Farm.Store.Wire;

namespace Farm.Daemon.Building;

/// <summary>Builds what clients ask for: fetches what can be fetched, then builds the rest in order.</summary>
public sealed class DaemonBuilder : IDaemonBuilder
{
    private readonly LocalStore _store;
    private readonly StoreRealisations _realisations;
    private readonly IBuildTerms _terms;
    private readonly SharedSteps _steps;

    internal DaemonBuilder(LocalStore store, StoreRealisations realisations, IBuildTerms terms, IStepBuilder steps)
    {
        (_store, _realisations, _terms) = (store, realisations, terms);
        _steps = new SharedSteps(steps);
    }

    public async Task<IReadOnlyList<KeyedBuildResult>> BuildAsync(
        IReadOnlyList<DerivedPath> wanted,
        BuildMode mode,
        ClientSettings settings,
        IClientLog log,
        CancellationToken ct
    )
    {
        var effective = await _terms.SettingsAsync(settings, log, ct).ConfigureAwait(false);
        var progress = new RunProgress(log);
        using var own = new StoreHolds(_store.TempRoots);
        var holds = settings.Holds ?? own;
        try
        {
            var sources = await _terms.SourcesAsync(settings, log, ct).ConfigureAwait(false);
            var paths = wanted.OfType<DerivedPath.Opaque>().Select(path => path.Path).Distinct().ToArray();
            var fetched = await EnsureAsync(paths, sources, effective, holds, progress, log, ct).ConfigureAwait(false);
            var tops = Tops(wanted);
            var planner = new GoalPlanner(_store, _realisations, sources, holds, progress, log)
            {
                Visible = settings.Visible,
            };
            var graph = await planner.PlanAsync(tops, given: null, mode, effective, ct).ConfigureAwait(false);
            await new GoalRun(graph, _steps, log, progress, _store.StoreDir)
                .RunAsync(mode, effective, ct)
                .ConfigureAwait(false);
            var results = new List<KeyedBuildResult>();
            foreach (var one in wanted)
                results.Add(new KeyedBuildResult(one, await ResultOfAsync(one).ConfigureAwait(false)));
            return results;

            async ValueTask<BuildResult> ResultOfAsync(DerivedPath one) =>
                one switch
                {
                    DerivedPath.Opaque opaque => fetched[opaque.Path],
                    DerivedPath.Built { Derivation: SingleDerivedPath.Opaque drv } built =>
                        planner.Refused.GetValueOrDefault(drv.Path)
                            ?? await ResultAsync(graph.Find(drv.Path), built.Outputs, ct).ConfigureAwait(false),
                    _ => BuildResult.Failed(
                        BuildStatus.MiscFailure,
                        $"'{one.Print(_store.StoreDir)}' is an output of a derivation that is itself built, which is not done here"
                    ),
                };
        }
        finally
        {
            await progress.EndAsync(ct).ConfigureAwait(false);
        }
    }

    public async Task<BuildResult> BuildDerivationAsync(
        StorePath drvPath,
        Derivation derivation,
        BuildMode mode,
        ClientSettings settings,
        IClientLog log,
        CancellationToken ct
    )
    {
        var effective = await _terms.SettingsAsync(settings, log, ct).ConfigureAwait(false);
        var progress = new RunProgress(log);
        using var own = new StoreHolds(_store.TempRoots);
        var holds = settings.Holds ?? own;
        await holds.AddAsync(derivation.InputSources, ct).ConfigureAwait(false);
        var given = new Goal(drvPath, derivation, DerivationOptions.From(derivation)) { IsGiven = true };
        try
        {
            var sources = await _terms.SourcesAsync(settings, log, ct).ConfigureAwait(false);
            var planner = new GoalPlanner(_store, _realisations, sources, holds, progress, log)
            {
                Visible = settings.Visible,
            };
            var graph = await planner
                .PlanAsync([(drvPath, new OutputsSpec.All())], given, mode, effective, ct)
                .ConfigureAwait(false);
            await new GoalRun(graph, _steps, log, progress, _store.StoreDir)
                .RunAsync(mode, effective, ct)
                .ConfigureAwait(false);
            return await ResultAsync(given, new OutputsSpec.All(), ct).ConfigureAwait(false);
        }
        finally
        {
            await progress.EndAsync(ct).ConfigureAwait(false);
        }
    }

    private static List<(StorePath DrvPath, OutputsSpec Outputs)> Tops(IReadOnlyList<DerivedPath> wanted) =>
        [
            .. wanted
                .OfType<DerivedPath.Built>()
                .Where(built => built.Derivation is SingleDerivedPath.Opaque)
                .Select(built => (built.Derivation.BasePath, built.Outputs)),
        ];

    /// <summary>Makes plain paths valid.</summary>
    private async Task<Dictionary<StorePath, BuildResult>> EnsureAsync(
        StorePath[] paths,
        Substituters? sources,
        EffectiveSettings settings,
        StoreHolds holds,
        RunProgress progress,
        IClientLog log,
        CancellationToken ct
    )
    {
        await holds.AddAsync(paths, ct).ConfigureAwait(false);
        var valid = await _store.ValidAsync(paths, ct).ConfigureAwait(false);
        var results = paths.ToDictionary(
            path => path,
            path => new BuildResult
            {
                Status = valid.Contains(path) ? BuildStatus.AlreadyValid : BuildStatus.NoSubstituters,
                ErrorMessage = valid.Contains(path) ? "" : $"build of '{_store.StoreDir.Print(path)}' failed",
            }
        );
        var missing = paths.Where(path => !valid.Contains(path)).ToArray();
        if (missing.Length == 0 || sources is null || !settings.Build.UsesSubstitutes)
            return results;
        await progress.BeginAsync(ct).ConfigureAwait(false);
        var display = new SubstitutionDisplay(log, _store.StoreDir, progress.Copies, ct);
        await using (display.ConfigureAwait(false))
        {
            var unavailable = await sources.RealiseAsync(missing, display, ct).ConfigureAwait(false);
            foreach (var path in missing.Where(path => !unavailable.ContainsKey(path)))
                results[path] = new BuildResult { Status = BuildStatus.Substituted };
        }
        return results;
    }

    /// <summary>What a client is told of a goal; a run that ended early leaves some without a result.</summary>
    private async ValueTask<BuildResult> ResultAsync(Goal? goal, OutputsSpec outputs, CancellationToken ct)
    {
        if (goal?.Result is not { } result)
            return BuildResult.Failed(BuildStatus.MiscFailure, "");
        if (!result.IsSuccess)
            return result;
        // Clients look at the hash only of what is not stated by the derivation.
        var isOpen = goal.Derivation.Type is DerivationType.Floating or DerivationType.Deferred;
        var hash = isOpen
            ? (await _realisations.HashAsync(goal.Derivation, ct).ConfigureAwait(false)).ToHash()
            : UnknownHash;
        return result with
        {
            BuiltOutputs = goal
                .Outputs.Where(output => outputs.Includes(output.Key))
                .ToImmutableSortedDictionary(
                    output => output.Key,
                    output => new Realisation { Id = new DerivationOutputId(hash, output.Key), OutPath = output.Value },
                    StringComparer.Ordinal
                ),
        };
    }

    private static Hash UnknownHash { get; } = Hash.FromBytes(HashAlgorithm.Sha256, new byte[32]);
}
