using System.Collections.Immutable;
using Farm.Store;
using Farm.Store.BinaryCaches;
using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Store.Realisations;
using Farm.Store.Roots;

namespace Farm.Coordinator.Planning;

/// <summary>Finds out for derivations of a plan what their outputs are, and which are there or can be fetched.</summary>
/// <param name="realisations">What outputs have come to; null where none is recorded, so that only known paths can be planned.</param>
/// <param name="substitution">Fetches outputs; null where nothing is fetched.</param>
internal sealed class PlannedOutputs(IStore store, StoreRealisations? realisations, OutputSubstitution? substitution)
{
    /// <param name="read">Derivations by their paths.</param>
    /// <param name="holds">Gets all paths that are found.</param>
    /// <param name="fetching">Is told what is fetched; null where nobody listens.</param>
    /// <param name="ct">Stops it.</param>
    /// <exception cref="PlanException">A derivation is malformed, or of a kind that is not built here.</exception>
    public async Task<IReadOnlyDictionary<StorePath, PlannedStep>> FindAsync(
        IReadOnlyList<(StorePath DrvPath, Derivation Derivation)> read,
        StoreHolds holds,
        IProgress<SubstitutionProgress>? fetching,
        CancellationToken ct
    )
    {
        var found = new Dictionary<StorePath, PlannedStep>();
        var elsewhere = new Dictionary<StorePath, ImmutableSortedDictionary<string, StorePath>>();
        foreach (var (drvPath, derivation) in read)
        {
            var hash = await HashAsync(drvPath, derivation, ct).ConfigureAwait(false);
            var outputs = OutputPaths.Known(derivation);
            if (hash is { } known)
            {
                var open = PlannedStep.OpenOutputsOf(derivation);
                outputs = outputs.AddRange(
                    await realisations!.OutputsAsync(known, open, ct).ConfigureAwait(false) // There is a hash only with it.
                );
                if (substitution is not null && Options(drvPath, derivation).AllowsSubstitutes)
                    elsewhere[drvPath] = await substitution
                        .FindAsync(known, open.Except(outputs.Keys), ct)
                        .ConfigureAwait(false);
            }

            found[drvPath] = new(derivation, outputs, hash, IsValid: false);
        }

        var paths = found
            .Values.Select(step => step.Outputs)
            .Concat(elsewhere.Values)
            .SelectMany(outputs => outputs.Values)
            .ToHashSet();
        await holds.AddAsync(paths, ct).ConfigureAwait(false);
        await FetchAsync(found, elsewhere, fetching, ct).ConfigureAwait(false);
        var valid = await store.ValidAsync(paths, ct).ConfigureAwait(false);
        foreach (var (drvPath, _) in read)
        {
            found[drvPath] = await CheckAsync(found[drvPath], elsewhere.GetValueOrDefault(drvPath), valid, ct)
                .ConfigureAwait(false);
        }

        return found;
    }

    /// <exception cref="PlanException">An attribute is malformed.</exception>
    public static DerivationOptions Options(StorePath drvPath, Derivation derivation)
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

    private async Task<PlannedStep> CheckAsync(
        PlannedStep step,
        ImmutableSortedDictionary<string, StorePath>? elsewhere,
        ImmutableSortedSet<StorePath> valid,
        CancellationToken ct
    )
    {
        var outputs = step.Outputs;
        if (elsewhere is { IsEmpty: false } && step.RealisationHash is { } hash)
        {
            var there = elsewhere.Where(output => valid.Contains(output.Value));
            outputs = outputs.AddRange(await realisations!.RecordAsync(hash, there, ct).ConfigureAwait(false));
        }

        // What was recorded meanwhile is another path, and looked up the next time.
        var isValid = outputs.Count == step.Derivation.Outputs.Count && outputs.Values.All(valid.Contains);
        // A step of which a part is there is built as a whole: what floats may come to something else then.
        return step with { Outputs = isValid ? outputs : OutputPaths.Known(step.Derivation), IsValid = isValid };
    }

    /// <summary>Outputs that a cache has are valid after this, so that neither they nor what is below them is built.</summary>
    private async Task FetchAsync(
        Dictionary<StorePath, PlannedStep> steps,
        Dictionary<StorePath, ImmutableSortedDictionary<string, StorePath>> elsewhere,
        IProgress<SubstitutionProgress>? fetching,
        CancellationToken ct
    )
    {
        if (substitution is null)
        {
            return;
        }

        var sought = new Dictionary<StorePath, StorePath>();
        foreach (var (drvPath, step) in steps.Where(step => Options(step.Key, step.Value.Derivation).AllowsSubstitutes))
        {
            var more = elsewhere.GetValueOrDefault(drvPath)?.Values ?? [];
            foreach (var output in step.Outputs.Values.Concat(more))
            {
                sought[output] = drvPath;
            }
        }

        await substitution.FetchAsync(sought, fetching, ct).ConfigureAwait(false);
    }

    /// <summary>Null where there is nothing to look up by it.</summary>
    private async Task<Sha256Digest?> HashAsync(StorePath drvPath, Derivation derivation, CancellationToken ct)
    {
        try
        {
            if (derivation.HasDynamicInputs)
            {
                throw new NixFormatException(
                    "it needs outputs of a derivation that is itself built, and such are not built here"
                );
            }

            var isOpen = derivation.Outputs.Values.Any(output => output.KnownPath is null);
            if (!isOpen || derivation.Type == DerivationType.Impure)
            {
                return null;
            }

            return realisations is null
                ? throw new NixFormatException("its outputs have no path before they are built")
                : await realisations.HashAsync(derivation, ct).ConfigureAwait(false);
        }
        catch (Exception cause) when (cause is NixFormatException or StoreException.FileSystem)
        {
            throw new PlanException(drvPath, $"the derivation '{drvPath}' cannot be built: {cause.Message}", cause);
        }
    }
}
