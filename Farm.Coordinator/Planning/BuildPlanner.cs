using System.Collections.Immutable;
using Farm.Coordinator.Persistence;
using Farm.Coordinator.Scheduling;
using Farm.Store;
using Farm.Store.BinaryCaches;
using Farm.Store.Derivations;
using Farm.Store.Paths;
using Farm.Store.Roots;

namespace Farm.Coordinator.Planning;

/// <summary>Makes the plan of a build out of the derivations in the coordinator's store.</summary>
/// <param name="defaultDuration">Expected run time of a builder whose name was never built.</param>
/// <param name="substitution">Fetches outputs before they are planned to be built; null where nothing is fetched.</param>
public sealed class BuildPlanner(
    IStore store,
    DerivationSource derivations,
    IFarmHistory history,
    TimeSpan defaultDuration,
    OutputSubstitution? substitution = null
)
{
    /// <summary>Most steps of one build.</summary>
    public const int MaxSteps = 1_000_000;

    /// <param name="roots">What is to be built.</param>
    /// <param name="holds">Gets what the plan finds in the store, so that it is still there when the plan is carried out.</param>
    /// <param name="fetching">Is told what is fetched, from several threads; null where nobody listens.</param>
    /// <param name="ct">Stops the planning, and the fetching.</param>
    /// <exception cref="PlanException">A derivation is missing, corrupt, or of a kind that is not built here.</exception>
    public async Task<BuildPlan> PlanAsync(
        IEnumerable<StorePath> roots,
        StoreHolds holds,
        IProgress<SubstitutionProgress>? fetching,
        CancellationToken ct
    )
    {
        ImmutableArray<StorePath> wanted = [.. roots.Distinct()];
        await holds.AddAsync(wanted, ct).ConfigureAwait(false);
        var found = new Dictionary<StorePath, PlannedStep>();
        var wave = wanted;
        while (!wave.IsEmpty)
        {
            if (found.Count + wave.Length > MaxSteps)
            {
                throw new PlanException(
                    wave[0],
                    $"the build has more than {MaxSteps} steps: ask for fewer derivations"
                );
            }

            var read = await derivations.ReadAsync(wave, ct).ConfigureAwait(false);
            var outputs = read.ConvertAll(step => Outputs(step.DrvPath, step.Derivation));
            var held = outputs.SelectMany(each => each.Values).ToHashSet();
            await holds.AddAsync(held, ct).ConfigureAwait(false);
            await FetchAsync(read, fetching, ct).ConfigureAwait(false);
            var valid = await store.ValidAsync(held, ct).ConfigureAwait(false);
            foreach (var (index, (drvPath, derivation)) in read.Index())
            {
                found.Add(drvPath, new(derivation, outputs[index], outputs[index].Values.All(valid.Contains)));
            }

            wave =
            [
                .. wave.SelectMany(drvPath => found[drvPath].Inputs)
                    .Distinct()
                    .Where(input => !found.ContainsKey(input)),
            ];
        }

        var order = InputsFirst(wanted, found);
        var names = order.Select(drvPath => found[drvPath].Derivation.Name.ToString()).ToHashSet();
        var durations = await history.DurationsAsync(names, ct).ConfigureAwait(false);
        return new BuildPlan(wanted, [.. order.Select(drvPath => Spec(drvPath, found[drvPath], durations))]);
    }

    /// <summary>Outputs that a cache has are valid after this, so that neither they nor what is below them is built.</summary>
    private async Task FetchAsync(
        List<(StorePath DrvPath, Derivation Derivation)> steps,
        IProgress<SubstitutionProgress>? fetching,
        CancellationToken ct
    )
    {
        if (substitution is null)
        {
            return;
        }

        var sought = new Dictionary<StorePath, StorePath>();
        foreach (
            var (drvPath, derivation) in steps.Where(step => Options(step.DrvPath, step.Derivation).AllowsSubstitutes)
        )
        {
            foreach (var output in Outputs(drvPath, derivation).Values)
            {
                sought[output] = drvPath;
            }
        }

        await substitution.FetchAsync(sought, fetching, ct).ConfigureAwait(false);
    }

    private StepSpec Spec(StorePath drvPath, PlannedStep step, ImmutableDictionary<string, TimeSpan> durations)
    {
        var name = step.Derivation.Name.ToString();
        return new StepSpec(
            drvPath,
            name,
            StepRequirement.Create(
                step.Derivation.Platform.ToString(),
                Options(drvPath, step.Derivation).RequiredSystemFeatures
            ),
            step.Inputs,
            step.Outputs,
            step.IsValid,
            durations.GetValueOrDefault(name, defaultDuration)
        );
    }

    private static DerivationOptions Options(StorePath drvPath, Derivation derivation)
    {
        try
        {
            return DerivationOptions.From(derivation);
        }
        catch (NixFormatException cause)
        {
            throw new PlanException(drvPath, $"the derivation '{drvPath}' cannot be built: {cause.Message}", cause);
        }
    }

    private static ImmutableSortedDictionary<string, StorePath> Outputs(StorePath drvPath, Derivation derivation) =>
        derivation.Outputs.ToImmutableSortedDictionary(
            output => output.Key,
            output =>
                output.Value.KnownPath
                ?? throw new PlanException(
                    drvPath,
                    $"output '{output.Key}' of '{drvPath}' has no path before it is built: content-addressed and impure derivations are not built here"
                ),
            StringComparer.Ordinal
        );

    /// <summary>Depth first without recursion; a derivation cannot need itself, since its path is a hash over its inputs'.</summary>
    private static List<StorePath> InputsFirst(
        ImmutableArray<StorePath> roots,
        Dictionary<StorePath, PlannedStep> found
    )
    {
        var order = new List<StorePath>(found.Count);
        var entered = new HashSet<StorePath>();
        var path = new Stack<(StorePath DrvPath, bool AreInputsDone)>(roots.Reverse().Select(root => (root, false)));
        while (path.TryPop(out var top))
        {
            if (top.AreInputsDone)
            {
                order.Add(top.DrvPath);
            }
            else if (entered.Add(top.DrvPath))
            {
                path.Push((top.DrvPath, true));
                foreach (var input in found[top.DrvPath].Inputs.Reverse())
                {
                    path.Push((input, false));
                }
            }
        }

        return order;
    }

    private sealed record PlannedStep(
        Derivation Derivation,
        ImmutableSortedDictionary<string, StorePath> Outputs,
        bool IsValid
    )
    {
        /// <summary>Nothing below a valid step is needed.</summary>
        public ImmutableArray<StorePath> Inputs => IsValid ? [] : [.. Derivation.InputDerivations.Keys];
    }
}
