using System.Collections.Immutable;
using System.Threading.Channels;
using Farm.Daemon.Building.Steps;
using Farm.Store.Derivations;
using Farm.Store.Paths;
using Farm.Store.Wire;

namespace Farm.Daemon.Building.Goals;

/// <summary>Builds the goals of one request, as many at a time as the client wants, and stops at the first failure unless told to
/// go on.</summary>
/// <param name="graph">What is to be built; used by this run alone.</param>
/// <param name="steps">Builds, for all clients.</param>
/// <param name="log">The client's.</param>
/// <param name="progress">The same.</param>
/// <param name="storeDir">For messages.</param>
internal sealed class GoalRun(
    GoalGraph graph,
    SharedSteps steps,
    IClientLog log,
    RunProgress progress,
    StoreDir storeDir
)
{
    private const string NoJobs =
        "unable to start any build; either increase '--max-jobs' or enable remote builds.\nhttps://nixos.org/manual/nix/stable/advanced-topics/distributed-builds.html";

    private readonly Channel<(Goal Goal, Task<StepEnd> Task)> _ended = Channel.CreateUnbounded<(
        Goal Goal,
        Task<StepEnd> Task
    )>(new() { SingleReader = true });

    private readonly Dictionary<Goal, Task> _running = [];

    /// <summary>Goals that take a job; those that another client builds do not.</summary>
    private readonly HashSet<Goal> _jobs = [];

    /// <exception cref="DaemonBuildException">Nothing may be built here.</exception>
    public async Task RunAsync(BuildMode mode, EffectiveSettings settings, CancellationToken ct)
    {
        graph.Begin();
        if (graph.Unfinished == 0)
            return;
        await progress.BeginAsync(ct).ConfigureAwait(false);
        await progress.ExpectAsync(graph.Unfinished, ct).ConfigureAwait(false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        try
        {
            while (graph.Unfinished > 0)
            {
                if (!await BeginReadyAsync(mode, settings, stop.Token).ConfigureAwait(false))
                    return;
                if (_running.Count == 0)
                    continue;
                var (goal, task) = await _ended.Reader.ReadAsync(ct).ConfigureAwait(false);
                _running.Remove(goal);
                _jobs.Remove(goal);
                var end = await task.ConfigureAwait(false);
                goal.Outputs = goal.Outputs.SetItems(end.Outputs);
                await progress.EndedAsync(end.Result.IsSuccess, ct).ConfigureAwait(false);
                if (!await FinishAsync(goal, end.Result, settings, ct).ConfigureAwait(false))
                    return;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(_running.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>False where the run is over.</returns>
    private async Task<bool> BeginReadyAsync(BuildMode mode, EffectiveSettings settings, CancellationToken ct)
    {
        // Those that wait for a job do not keep back what needs none.
        var held = new List<Goal>();
        while (graph.TakeReady() is { } goal)
        {
            if (goal.Doom is { } doom)
            {
                if (!await FinishAsync(goal, doom, settings, ct).ConfigureAwait(false))
                    return false;
                continue;
            }
            var own = goal.IsTop || mode == BuildMode.Repair ? mode : BuildMode.Normal;
            var work = Work(goal, own, settings);
            var usesJob = steps.UsesJob(work);
            if (usesJob && settings.Build.MaxJobs <= 0)
                throw new DaemonBuildException(NoJobs);
            if (usesJob && _jobs.Count >= settings.Build.MaxJobs)
            {
                held.Add(goal);
                continue;
            }
            if (usesJob)
                _jobs.Add(goal);
            await progress.BeganAsync(ct).ConfigureAwait(false);
            Begin(goal, work, ct);
        }
        foreach (var goal in held)
            graph.PutBack(goal);
        return true;
    }

    private void Begin(Goal goal, StepWork work, CancellationToken ct)
    {
        var task = BuildAsync(work, ct);
        _running[goal] = task;
        _ = task.ContinueWith(
            ended => _ended.Writer.TryWrite((goal, ended)),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
    }

    private async Task<StepEnd> BuildAsync(StepWork work, CancellationToken ct)
    {
        var shown = new ClientStep(log, storeDir, work);
        try
        {
            return await steps.BuildAsync(work, shown, ct).ConfigureAwait(false);
        }
        finally
        {
            await shown.EndAsync(ct).ConfigureAwait(false);
        }
    }

    /// <summary>Puts down how a goal ended, and tells the client of failures that are not the answer to what it asked.</summary>
    /// <returns>False where the run is over.</returns>
    private async Task<bool> FinishAsync(
        Goal goal,
        BuildResult result,
        EffectiveSettings settings,
        CancellationToken ct
    )
    {
        var failed = graph.Finish(goal, result, settings.Build.KeepsGoing, storeDir.Print);
        if (result.IsSuccess)
            return true;
        foreach (var one in failed.Prepend(goal).Where(one => one.Waiting.Count > 0))
        {
            var message = NixText.Error(one.Result!.ErrorMessage); // a failed goal has a result
            await log.LineAsync(Verbosity.Error, message, ct).ConfigureAwait(false);
        }
        return settings.Build.KeepsGoing;
    }

    private StepWork Work(Goal goal, BuildMode mode, EffectiveSettings settings) =>
        new()
        {
            DrvPath = goal.DrvPath,
            Derivation = goal.Derivation,
            Options = goal.Options,
            Inputs = Inputs(goal),
            PathOf = PathOf,
            Mode = mode,
            Title = goal.IsGiven
                ? $"building of '{storeDir.Print(goal.DrvPath)}' from in-memory derivation"
                : $"building of '{storeDir.Print(goal.DrvPath)}!{goal.WantedText}' from .drv file",
            Settings = settings,
        };

    private StorePath? PathOf(StorePath drvPath, string output) =>
        graph.Find(drvPath) is { } made && made.Outputs.TryGetValue(output, out var path) ? path : null;

    private ImmutableSortedSet<StorePath> Inputs(Goal goal)
    {
        var inputs = goal.Derivation.InputSources.ToBuilder();
        foreach (var (drvPath, input) in goal.Derivation.InputDerivations)
        {
            if (graph.Find(drvPath) is not { } made)
                continue;
            foreach (var name in input.Outputs)
            {
                if (made.Outputs.TryGetValue(name, out var path))
                    inputs.Add(path);
            }
        }
        return inputs.ToImmutable();
    }
}
