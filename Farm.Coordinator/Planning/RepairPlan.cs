using System.Collections.Immutable;
using Farm.Coordinator.Scheduling;
using Farm.Store.Derivations;
using Farm.Store.Paths;

namespace Farm.Coordinator.Planning;

/// <summary>Which derivations of one repair have to be built again: those with outputs that are missing or damaged. Looked at is all that
/// the outputs refer to, directly or not, as Nix does it.</summary>
internal sealed class RepairPlan(DamagedPaths damaged)
{
    private readonly HashSet<StorePath> _open = [];
    private readonly HashSet<StorePath> _looked = [];

    /// <summary>Steps with damaged outputs, in the order in which they were found.</summary>
    public List<StepKey> Damaged { get; } = [];

    /// <summary>Whether the derivations of all damaged paths are found.</summary>
    public bool IsOver => _open.Count == 0;

    /// <summary>The step, not valid where an output is damaged and no binary cache had a good copy.</summary>
    public async Task<PlannedStep> LookAsync(StorePath drvPath, PlannedStep step, CancellationToken ct)
    {
        if (!step.IsValid)
            return step;
        _open.UnionWith(await damaged.FindAsync(step.Outputs.Values, _looked, ct).ConfigureAwait(false));
        var broken = step.Outputs.Values.Where(_open.Remove).ToArray();
        if (broken.Length == 0)
            return step;
        Damaged.Add(new StepKey(drvPath, BuildMode.Repair));
        return step with { IsValid = false };
    }

    /// <summary>Has steps that are built wait for what is damaged below them, also where what is between is well.</summary>
    /// <param name="found">All steps that were looked at.</param>
    /// <exception cref="PlanException">A damaged path is the output of no derivation that was looked at.</exception>
    public void Order(StorePath root, Dictionary<StepKey, PlannedStep> found)
    {
        if (_open.Count > 0)
        {
            var first = _open.Order().First();
            throw new PlanException(
                root,
                $"'{first}' is damaged, and no derivation below '{root}' makes it: exchange it for a good copy with 'farm store repair --from'"
            );
        }

        if (Damaged.Count == 0)
            return;
        var damagedSteps = Damaged.ToHashSet();
        foreach (var key in found.Keys.Where(key => !found[key].IsValid).ToArray())
            found[key] = found[key] with
            {
                Further = [.. Below(key, found).Where(damagedSteps.Contains).Select(step => step.DrvPath)],
            };
    }

    /// <summary>All that a step needs, directly or not.</summary>
    private static HashSet<StepKey> Below(StepKey key, Dictionary<StepKey, PlannedStep> found)
    {
        var below = new HashSet<StepKey>();
        var open = new Stack<StepKey>([key]);
        while (open.TryPop(out var next))
        {
            foreach (var input in found[next].AllInputs.Select(next.Input))
            {
                if (found.ContainsKey(input) && below.Add(input))
                    open.Push(input);
            }
        }

        return below;
    }
}
