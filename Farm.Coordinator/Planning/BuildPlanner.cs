using System.Collections.Immutable;
using Farm.Coordinator.Persistence;
using Farm.Coordinator.Scheduling;
using Farm.Protocol;
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
/// <param name="damaged">Finds what a repair has to build again; null where nothing is repaired.</param>
public sealed class BuildPlanner(
    IStore store,
    DerivationSource derivations,
    IFarmHistory history,
    TimeSpan defaultDuration,
    StoreRealisations? realisations = null,
    OutputSubstitution? substitution = null,
    DamagedPaths? damaged = null
)
{
    /// <summary>Most steps of one build.</summary>
    public const int MaxSteps = 1_000_000;

    /// <summary>What a worker must offer to build outputs whose paths follow from what is built; Nix's name for it.</summary>
    private const string ContentAddressedFeature = "ca-derivations";

    private readonly PlannedOutputs _outputs = new(store, realisations, substitution);

    /// <param name="roots">What is to be built.</param>
    /// <param name="mode">What for.</param>
    /// <param name="holds">Gets what the plan finds in the store, so that it is still there when the plan is carried out.</param>
    /// <param name="fetching">Is told what is fetched, from several threads; null where nobody listens.</param>
    /// <param name="ct">Stops the planning, and the fetching.</param>
    /// <exception cref="PlanException">A derivation is missing, corrupt, or of a kind that is not built here; what is to be built again is
    /// not there; or what is damaged cannot be built again.</exception>
    public async Task<BuildPlan> PlanAsync(
        IEnumerable<StorePath> roots,
        BuildMode mode,
        StoreHolds holds,
        IProgress<SubstitutionProgress>? fetching,
        CancellationToken ct
    )
    {
        ImmutableArray<StepKey> wanted = [.. roots.Distinct().Select(root => new StepKey(root, mode))];
        await holds.AddAsync([.. wanted.Select(step => step.DrvPath)], ct).ConfigureAwait(false);
        var stored = await store.ValidAsync([.. wanted.Select(step => step.DrvPath)], ct).ConfigureAwait(false);
        var repair = mode == BuildMode.Repair ? new RepairPlan(Damaged) : null;
        var found = new Dictionary<StepKey, PlannedStep>();
        var wave = wanted;
        while (!wave.IsEmpty)
        {
            if (found.Count + wave.Length > MaxSteps)
            {
                throw new PlanException(
                    wave[0].DrvPath,
                    $"the build has more than {MaxSteps} steps: ask for fewer derivations"
                );
            }

            var drvPaths = wave.Select(step => step.DrvPath).Distinct().ToArray();
            var read = await derivations.ReadAsync(drvPaths, ct).ConfigureAwait(false);
            var steps = await _outputs.FindAsync(read, holds, fetching, ct).ConfigureAwait(false);
            foreach (var key in wave)
            {
                var step = steps[key.DrvPath];
                found.Add(
                    key,
                    key.Mode switch
                    {
                        BuildMode.Check => BuiltAgain(key.DrvPath, step),
                        BuildMode.Repair => await repair!.LookAsync(key.DrvPath, step, ct).ConfigureAwait(false), // it is the build's mode
                        _ => step,
                    }
                );
            }

            wave = [.. wave.SelectMany(Below).Distinct().Where(input => !found.ContainsKey(input))];
        }

        repair?.Order(wanted[0].DrvPath, found);
        ImmutableArray<StepKey> tops = [.. wanted.Union(repair?.Damaged ?? [])];
        var order = InputsFirst(tops, found);
        var names = order.Select(key => found[key].Derivation.Name.ToString()).ToHashSet();
        var given = wanted.Select(step => step.DrvPath).Except(stored).ToHashSet();
        var durations = await history.DurationsAsync(names, ct).ConfigureAwait(false);
        return new BuildPlan(
            [.. tops.Select(step => step.DrvPath)],
            [
                .. order.Select(key =>
                    Spec(key, found, durations, defaultDuration) with
                    {
                        GivenInputs = given.Contains(key.DrvPath) ? [.. found[key].Derivation.InputSources] : null,
                    }
                ),
            ]
        );

        IEnumerable<StepKey> Below(StepKey key) =>
            (repair?.IsOver == false ? found[key].AllInputs : found[key].Inputs).Select(key.Input);
    }

    private DamagedPaths Damaged =>
        damaged ?? throw new InvalidOperationException("this planner was made without what finds damaged paths");

    /// <summary>What is compared must be there, and is built though it is.</summary>
    private static PlannedStep BuiltAgain(StorePath drvPath, PlannedStep step) =>
        step.IsValid
            ? step with
            {
                IsValid = false,
            }
            : throw new PlanException(
                drvPath,
                $"some outputs of '{drvPath}' are not valid, so checking is not possible: build it first"
            );

    private static StepSpec Spec(
        StepKey key,
        Dictionary<StepKey, PlannedStep> found,
        ImmutableDictionary<string, TimeSpan> durations,
        TimeSpan defaultDuration
    )
    {
        var (drvPath, step) = (key.DrvPath, found[key]);
        var derivation = step.Derivation;
        var name = derivation.Name.ToString();
        var features = PlannedOutputs.Options(drvPath, derivation).RequiredSystemFeatures;
        if (!step.IsValid && UnofferedFeatures.First(features) is var (feature, why))
        {
            throw new PlanException(drvPath, $"the derivation '{drvPath}' requires '{feature}', {why}");
        }

        var open = step.OpenOutputs;
        var impure = step.Inputs.FirstOrDefault(input =>
            DerivationResolver.Mixes(derivation, found[key.Input(input)].Derivation)
        );
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
            Mode = key.Mode,
            OpenOutputs = open,
            RealisationHash = step.RealisationHash,
            NeedsResolution =
                !step.IsValid
                && DerivationResolver.NeedsResolution(
                    derivation,
                    resolvesFixed: step.Inputs.Any(input => !found[key.Input(input)].OpenOutputs.IsEmpty)
                ),
        };
    }

    /// <summary>Depth first without recursion; a derivation cannot need itself, since its path is a hash over its inputs'.</summary>
    private static List<StepKey> InputsFirst(ImmutableArray<StepKey> roots, Dictionary<StepKey, PlannedStep> found)
    {
        var order = new List<StepKey>(found.Count);
        var entered = new HashSet<StepKey>();
        var path = new Stack<(StepKey Step, bool AreInputsDone)>(roots.Reverse().Select(root => (root, false)));
        while (path.TryPop(out var top))
        {
            if (top.AreInputsDone)
            {
                order.Add(top.Step);
            }
            else if (entered.Add(top.Step))
            {
                path.Push((top.Step, true));
                foreach (var input in found[top.Step].Inputs.Reverse())
                {
                    path.Push((top.Step.Input(input), false));
                }
            }
        }

        return order;
    }
}
