using System.Globalization;
using Farm.Store.Paths;
using Farm.Store.Wire;

namespace Farm.Daemon.Building.Goals;

/// <summary>What is to be built for one request, and in which order: a goal is ready when all that it waits for is built.</summary>
/// <remarks>Source: Nix's <c>libstore/build/goal.cc</c>: without <c>keep-going</c> the first failure ends the run, and what waits for
/// it fails with it.</remarks>
internal sealed class GoalGraph
{
    private readonly Dictionary<StorePath, Goal> _goals = [];
    private readonly Queue<Goal> _ready = new();

    /// <summary>How many goals have no result yet.</summary>
    public int Unfinished { get; private set; }

    public Goal? Find(StorePath drvPath) => _goals.GetValueOrDefault(drvPath);

    public IEnumerable<Goal> Goals => _goals.Values;

    public void Add(Goal goal)
    {
        _goals.Add(goal.DrvPath, goal);
        Unfinished++;
    }

    /// <summary>Has a goal wait for another, unless that is done.</summary>
    public static void Wait(Goal goal, Goal input)
    {
        if (input.Result is not null)
            return;
        input.Waiting.Add(goal);
        goal.Open++;
    }

    /// <summary>Lets those begin that wait for nothing.</summary>
    public void Begin()
    {
        foreach (var goal in _goals.Values.Where(goal => goal.Result is null && goal.Open == 0))
            _ready.Enqueue(goal);
    }

    /// <summary>The next that can be built; null where none can now.</summary>
    public Goal? TakeReady() => _ready.TryDequeue(out var goal) ? goal : null;

    /// <summary>Puts a goal back that was taken and not begun.</summary>
    public void PutBack(Goal goal) => _ready.Enqueue(goal);

    /// <summary>Records what became of a goal and lets others begin or fail.</summary>
    /// <param name="keepsGoing">Whether what waits for a failed goal waits for its other inputs all the same.</param>
    /// <param name="print">Prints a store path.</param>
    /// <returns>The goals that have failed with it, each after what it waited for.</returns>
    public IReadOnlyList<Goal> Finish(Goal goal, BuildResult result, bool keepsGoing, Func<StorePath, string> print)
    {
        var failed = new List<Goal>();
        var open = new Queue<Goal>();
        Settle(goal, result);
        open.Enqueue(goal);
        while (open.TryDequeue(out var ended))
        {
            foreach (var waiting in ended.Waiting.Where(waiting => waiting.Result is null))
            {
                waiting.Open--;
                if (ended.Result is { IsSuccess: false })
                    waiting.FailedInputs++;
                if (waiting.Open > 0 && (keepsGoing || waiting.FailedInputs == 0))
                    continue;
                if (waiting.FailedInputs == 0)
                {
                    _ready.Enqueue(waiting);
                    continue;
                }
                var count = waiting.FailedInputs.ToString(CultureInfo.InvariantCulture);
                var text =
                    $"{count} dependencies of derivation '{NixText.Value(print(waiting.DrvPath))}' failed to build";
                Settle(waiting, BuildResult.Failed(BuildStatus.DependencyFailed, text));
                failed.Add(waiting);
                open.Enqueue(waiting);
            }
        }
        return failed;
    }

    /// <summary>Records what became of a goal before anything waits for it.</summary>
    public void Settle(Goal goal, BuildResult result)
    {
        goal.Result = result;
        Unfinished--;
    }
}
