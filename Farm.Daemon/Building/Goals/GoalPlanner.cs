using System.Collections.Immutable;
using Farm.Store;
using Farm.Store.BinaryCaches;
using Farm.Store.Derivations;
using Farm.Store.Local;
using Farm.Store.Paths;
using Farm.Store.Realisations;
using Farm.Store.Roots;
using Farm.Store.Wire;
using Farm.Worker.Recursive;

namespace Farm.Daemon.Building.Goals;

/// <summary>Finds out what of a request is there, fetches what can be fetched, and leaves the rest to be built.</summary>
/// <param name="store">The daemon's.</param>
/// <param name="realisations">What outputs have come to in it.</param>
/// <param name="substituters">What is fetched from; null for nowhere.</param>
/// <param name="holds">Gets all that is looked at, so that it stays until it is used.</param>
/// <param name="progress">The client's.</param>
/// <param name="log">The same.</param>
internal sealed class GoalPlanner(
    LocalStore store,
    StoreRealisations realisations,
    Substituters? substituters,
    StoreHolds holds,
    RunProgress progress,
    IClientLog log
)
{
    private readonly GoalGraph _graph = new();
    private readonly Dictionary<Goal, BuildResult?> _verdicts = [];

    /// <summary>All that may go into a goal, for a builder; null where anything may.</summary>
    public VisiblePaths? Visible { get; init; }

    /// <summary>Why derivations that the client asked for are no goals.</summary>
    public Dictionary<StorePath, BuildResult> Refused { get; } = [];

    /// <param name="tops">What the client asked for: derivations with their outputs.</param>
    /// <param name="given">A derivation that is not read from the store; null for none.</param>
    public async Task<GoalGraph> PlanAsync(
        IReadOnlyList<(StorePath DrvPath, OutputsSpec Outputs)> tops,
        Goal? given,
        BuildMode mode,
        EffectiveSettings settings,
        CancellationToken ct
    )
    {
        if (given is not null)
        {
            given.Outputs = await realisations.OutputsAsync(given.Derivation, ct).ConfigureAwait(false);
            _graph.Add(given);
        }
        await holds.AddAsync([.. tops.Select(top => top.DrvPath)], ct).ConfigureAwait(false);
        await ReadAsync(tops.Select(top => top.DrvPath), settings, ct).ConfigureAwait(false);
        var wave = new HashSet<Goal>();
        foreach (var (drvPath, outputs) in tops)
        {
            if (_graph.Find(drvPath) is not { } goal)
                continue;
            goal.IsTop = true;
            goal.WantedText = outputs.ToString() ?? "*";
            if (goal.Want(goal.Derivation.Outputs.Keys.Where(outputs.Includes)))
                wave.Add(goal);
        }
        while (wave.Count > 0)
            wave = await JudgeAsync(wave, mode, settings, ct).ConfigureAwait(false);
        Connect();
        return _graph;
    }

    /// <summary>Decides what becomes of some goals.</summary>
    /// <returns>Goals of which more is wanted for them.</returns>
    private async Task<HashSet<Goal>> JudgeAsync(
        HashSet<Goal> goals,
        BuildMode mode,
        EffectiveSettings settings,
        CancellationToken ct
    )
    {
        await holds.AddAsync([.. goals.SelectMany(goal => goal.Outputs.Values)], ct).ConfigureAwait(false);
        var missing = await MissingAsync(goals, ct).ConfigureAwait(false);
        var open = new List<Goal>();
        foreach (var goal in goals)
        {
            var isThere = missing[goal].IsEmpty && goal.Wanted.All(goal.Outputs.ContainsKey);
            if (isThere && (mode == BuildMode.Normal || !goal.IsTop))
                _verdicts[goal] = new BuildResult { Status = BuildStatus.AlreadyValid };
            else
                open.Add(goal);
        }
        if (mode != BuildMode.Check)
            open = await SubstituteAsync(open, missing, settings, ct).ConfigureAwait(false);
        var wave = new HashSet<Goal>();
        var read = open.SelectMany(goal => goal.Derivation.InputDerivations.Keys).Distinct().ToArray();
        await ReadAsync(read, settings, ct).ConfigureAwait(false);
        foreach (var goal in open)
        {
            _verdicts[goal] = null;
            foreach (var (drvPath, input) in goal.Derivation.InputDerivations)
            {
                if (_graph.Find(drvPath) is { } wanted && wanted.Want(input.Outputs))
                    wave.Add(wanted);
            }
        }
        return wave;
    }

    private async Task<Dictionary<Goal, ImmutableArray<StorePath>>> MissingAsync(
        HashSet<Goal> goals,
        CancellationToken ct
    )
    {
        var paths = goals.SelectMany(WantedPaths).ToHashSet();
        var valid = await store.ValidAsync(paths, ct).ConfigureAwait(false);
        return goals.ToDictionary(
            goal => goal,
            goal => WantedPaths(goal).Where(path => !valid.Contains(path)).ToImmutableArray()
        );
    }

    private static IEnumerable<StorePath> WantedPaths(Goal goal) =>
        goal.Wanted.Where(goal.Outputs.ContainsKey).Select(name => goal.Outputs[name]);

    /// <returns>What is still to be built.</returns>
    private async Task<List<Goal>> SubstituteAsync(
        List<Goal> goals,
        Dictionary<Goal, ImmutableArray<StorePath>> missing,
        EffectiveSettings settings,
        CancellationToken ct
    )
    {
        if (substituters is null || !settings.Build.UsesSubstitutes)
            return goals;
        var sought = goals.Where(goal => goal.Options.AllowsSubstitutes && !missing[goal].IsEmpty).ToHashSet();
        if (sought.Count == 0)
            return goals;
        var paths = sought.SelectMany(goal => missing[goal]).Distinct().ToArray();
        await progress.BeginAsync(ct).ConfigureAwait(false);
        var display = new SubstitutionDisplay(log, store.StoreDir, progress.Copies, ct);
        ImmutableSortedDictionary<StorePath, string> unavailable;
        await using (display.ConfigureAwait(false))
            unavailable = await substituters.RealiseAsync(paths, display, ct).ConfigureAwait(false);
        var left = goals.Where(goal => !sought.Contains(goal)).ToList();
        foreach (var goal in sought)
        {
            var absent = missing[goal].Where(unavailable.ContainsKey).ToArray();
            if (absent.Length == 0 && goal.Wanted.All(goal.Outputs.ContainsKey))
                _verdicts[goal] = new BuildResult { Status = BuildStatus.Substituted };
            else if (absent.Any(display.WasPlanned) && !settings.Build.Fallback)
                _verdicts[goal] = SubstitutesFailed(goal);
            else
                left.Add(goal);
        }
        return left;
    }

    private BuildResult SubstitutesFailed(Goal goal) =>
        BuildResult.Failed(
            BuildStatus.TransientFailure,
            $"some substitutes for the outputs of derivation '{NixText.Value(store.StoreDir.Print(goal.DrvPath))}' failed (usually happens due to networking issues); try '--fallback' to build derivation from source "
        );

    /// <summary>Makes goals of derivations, fetching those first that are not here.</summary>
    private async Task ReadAsync(IEnumerable<StorePath> drvPaths, EffectiveSettings settings, CancellationToken ct)
    {
        StorePath[] unread = [.. drvPaths.Distinct().Where(path => _graph.Find(path) is null)];
        if (unread.Length == 0)
            return;
        await holds.AddAsync(unread, ct).ConfigureAwait(false);
        var valid = await store.ValidAsync(unread, ct).ConfigureAwait(false);
        if (valid.Count < unread.Length && substituters is not null && settings.Build.UsesSubstitutes)
        {
            await substituters.RealiseAsync(unread, progress: null, ct).ConfigureAwait(false);
            valid = await store.ValidAsync(unread, ct).ConfigureAwait(false);
        }
        foreach (var drvPath in unread)
        {
            if (!valid.Contains(drvPath))
                Refuse(drvPath, $"cannot build missing derivation '{Shown(drvPath)}'");
            else
                await ReadAsync(drvPath, ct).ConfigureAwait(false);
        }
    }

    private async Task ReadAsync(StorePath drvPath, CancellationToken ct)
    {
        try
        {
            var text = await File.ReadAllBytesAsync(store.Layout.ToPhysical(drvPath), ct).ConfigureAwait(false);
            var derivation = DerivationParser.Parse(store.StoreDir, drvPath, text);
            if (Unseen(derivation) is { } unseen)
            {
                Refuse(
                    drvPath,
                    $"cannot build '{Shown(drvPath)}' in recursive Nix because its input '{Shown(unseen)}' is unknown"
                );
                return;
            }
            var outputs = await realisations.OutputsAsync(derivation, ct).ConfigureAwait(false);
            _graph.Add(new Goal(drvPath, derivation, DerivationOptions.From(derivation)) { Outputs = outputs });
        }
        catch (NixFormatException malformed)
        {
            Refuse(drvPath, $"derivation '{Shown(drvPath)}' cannot be read: {malformed.Message}");
        }
    }

    /// <summary>The first input that the builder does not see: what the store has recorded of a derivation is what its adder has said.</summary>
    private StorePath? Unseen(Derivation derivation)
    {
        foreach (var input in derivation.InputSources.Union(derivation.InputDerivations.Keys))
        {
            if (Visible?.Contains(input) == false)
                return input;
        }
        return null;
    }

    private void Refuse(StorePath drvPath, string message) =>
        Refused[drvPath] = BuildResult.Failed(BuildStatus.MiscFailure, message);

    private string Shown(StorePath path) => NixText.Value(store.StoreDir.Print(path));

    /// <summary>Puts down what is known, and what waits for what.</summary>
    private void Connect()
    {
        foreach (var (goal, verdict) in _verdicts)
        {
            if (verdict is { IsSuccess: true })
                _graph.Settle(goal, verdict);
            goal.Doom = verdict is { IsSuccess: false } ? verdict : null;
        }
        foreach (var goal in _graph.Goals.Where(goal => !_verdicts.ContainsKey(goal)).ToArray())
            _graph.Settle(goal, new BuildResult { Status = BuildStatus.AlreadyValid });
        foreach (var goal in _graph.Goals.Where(goal => goal.Result is null && goal.Doom is null))
        {
            foreach (var drvPath in goal.Derivation.InputDerivations.Keys)
            {
                if (_graph.Find(drvPath) is { } input)
                    GoalGraph.Wait(goal, input);
            }
        }
    }
}
