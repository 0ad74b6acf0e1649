using System.Collections.Immutable;
using Farm.Coordinator.Persistence;
using Farm.Coordinator.Scheduling;
using Farm.Store;
using Farm.Store.BinaryCaches;
using Farm.Store.Derivations;
using Farm.Store.Paths;
using Farm.Store.Realisations;
using Farm.Store.Roots;

namespace Farm.Coordinator.Planning;

/// <summary>Makes the plan of a build out of the derivations in the coordinator's store.</summary>
/// <param name="defaultDuration">Expected run time of a builder whose name was never built.</param>
/// <param name="realisations">What outputs have come to whose paths derivations do not tell; null where they cannot be planned.</param>
/// <param name="substitution">Fetches outputs before they are planned to be built; null where nothing is fetched.</param>
public sealed class BuildPlanner(
    IStore store,
    DerivationSource derivations,
    IFarmHistory history,
    TimeSpan defaultDuration,
    StoreRealisations? realisations = null,
    OutputSubstitution? substitution = null
)
{
    /// <summary>Most steps of one build.</summary>
    public const int MaxSteps = 1_000_000;

    /// <summary>What a worker must offer to build outputs whose paths follow from what is built; Nix's name for it.</summary>
    private const string ContentAddressedFeature = "ca-derivations";

    /// <summary>What a derivation requires that runs Nix itself.</summary>
    private const string RecursiveFeature = "recursive-nix";

    private readonly PlannedOutputs _outputs = new(store, realisations, substitution);

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
            foreach (var (drvPath, step) in await _outputs.FindAsync(read, holds, fetching, ct).ConfigureAwait(false))
            {
                found.Add(drvPath, step);
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
        return new BuildPlan(wanted, [.. order.Select(drvPath => Spec(drvPath, found, durations, defaultDuration))]);
    }

    private static StepSpec Spec(
        StorePath drvPath,
        Dictionary<StorePath, PlannedStep> found,
        ImmutableDictionary<string, TimeSpan> durations,
        TimeSpan defaultDuration
    )
    {
        var step = found[drvPath];
        var derivation = step.Derivation;
        var name = derivation.Name.ToString();
        var features = PlannedOutputs.Options(drvPath, derivation).RequiredSystemFeatures;
        if (!step.IsValid && features.Contains(RecursiveFeature))
        {
            throw new PlanException(
                drvPath,
                $"the derivation '{drvPath}' requires '{RecursiveFeature}', to build with Nix inside of a build, which Farm does not offer: make what it needs its inputs"
            );
        }

        var open = step.OpenOutputs;
        var impure = step.Inputs.FirstOrDefault(input => DerivationResolver.Mixes(derivation, found[input].Derivation));
        if (impure != default)
        {
            throw new PlanException(
                drvPath,
                $"the pure derivation '{drvPath}' depends on the impure derivation '{impure}': only impure and fixed-output derivations may"
            );
        }

        return new StepSpec(
            drvPath,
            name,
            StepRequirement.Create(
                derivation.Platform.ToString(),
                open.IsEmpty ? features : features.Add(ContentAddressedFeature)
            ),
            step.Inputs,
            step.Outputs,
            step.IsValid,
            durations.GetValueOrDefault(name, defaultDuration)
        )
        {
            OpenOutputs = open,
            RealisationHash = step.RealisationHash,
            NeedsResolution =
                !step.IsValid
                && DerivationResolver.NeedsResolution(
                    derivation,
                    resolvesFixed: step.Inputs.Any(input => !found[input].OpenOutputs.IsEmpty)
                ),
        };
    }

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
}
