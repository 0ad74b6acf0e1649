using System.Collections.Immutable;
using Farm.Coordinator.Persistence;
using Farm.Coordinator.Scheduling;
using Farm.Protocol;
using Farm.Store;
using Farm.Store.Derivations;
using Farm.Store.Local;
using Farm.Store.Paths;
using Farm.Store.Realisations;

namespace Farm.Coordinator.Planning;

/// <summary>Resolves derivations, looks their outputs up and records them, in the coordinator's store.</summary>
/// <param name="substitution">Fetches outputs before they are built; null where nothing is fetched.</param>
internal sealed class StepRealiser(
    LocalStore store,
    DerivationSource derivations,
    StoreRealisations realisations,
    IBuildRoots roots,
    OutputSubstitution? substitution
) : IStepRealiser
{
    private readonly DerivationRealiser _realiser = new(store, realisations);

    public async Task<SchedulerEvent> ResolveAsync(SchedulerEffect.ResolveStep wish, CancellationToken ct)
    {
        try
        {
            var derivation = await derivations.ReadAsync(wish.DrvPath, ct).ConfigureAwait(false);
            var resolved =
                await _realiser.ResolveAsync(derivation, PathOf, ct).ConfigureAwait(false)
                ?? throw new PlanException(
                    wish.DrvPath,
                    $"'{wish.DrvPath}' needs an output of one of its inputs that nobody knows: build it again"
                );
            await ProtectAsync(wish.Builds, [resolved.DrvPath, .. resolved.Outputs.Values], ct).ConfigureAwait(false);
            if (wish.Mode != BuildMode.Normal)
                return await AgainAsync(wish, resolved, ct).ConfigureAwait(false);
            var outputs = await FetchAsync(wish, resolved, ct).ConfigureAwait(false);
            var valid = await store.ValidAsync([.. outputs.Values], ct).ConfigureAwait(false);
            var isValid =
                resolved.RealisationHash is not null
                && outputs.Count == resolved.Derivation.Outputs.Count
                && outputs.Values.All(valid.Contains);
            if (isValid)
                await RecordAsync(wish, outputs, ct).ConfigureAwait(false);
            return new SchedulerEvent.StepResolved(
                wish.DrvPath,
                new StepResolution(resolved.DrvPath, resolved.RealisationHash),
                // What floats is known for good only when all of it is there.
                isValid ? outputs : OutputPaths.Known(resolved.Derivation),
                isValid
            );
        }
        catch (Exception cause)
            when (cause is PlanException or NixFormatException or StoreException { IsTransient: false })
        {
            return new SchedulerEvent.StepUnresolvable(wish.DrvPath, cause.Message, wish.Mode);
        }

        StorePath? PathOf(StorePath drvPath, string output) =>
            wish.Inputs.TryGetValue(drvPath, out var outputs) && outputs.TryGetValue(output, out var path)
                ? path
                : null;
    }

    public async Task<SchedulerEvent.OutputsVerified> VerifyAsync(
        SchedulerEffect.VerifyOutputs wish,
        CancellationToken ct
    )
    {
        if (wish.ToRealise is { } kept)
        {
            await ProtectAsync(kept.Builds, wish.Outputs, ct).ConfigureAwait(false);
        }

        var valid = await store.ValidAsync(wish.Outputs, ct).ConfigureAwait(false);
        ImmutableArray<StorePath> missing = [.. wish.Outputs.Where(output => !valid.Contains(output))];
        var realised = wish.ToRealise?.Outputs;
        if (missing.IsEmpty && wish.ToRealise is { } made)
        {
            foreach (var hash in made.Hashes)
            {
                realised = await realisations.RecordAsync(hash, realised!, ct).ConfigureAwait(false); // It is what was made.
            }
        }

        return new(wish.Attempt.Worker, wish.Attempt.Id, missing, realised);
    }

    /// <summary>What is built again keeps the outputs that it has.</summary>
    private async Task<SchedulerEvent> AgainAsync(
        SchedulerEffect.ResolveStep wish,
        ResolvedDerivation resolved,
        CancellationToken ct
    )
    {
        var open = resolved.Derivation.Outputs.Keys.Where(name => !resolved.Outputs.ContainsKey(name)).ToArray();
        var outputs = wish.RealisationHash is { } hash
            ? resolved.Outputs.AddRange(await realisations.OutputsAsync(hash, open, ct).ConfigureAwait(false))
            : resolved.Outputs;
        return outputs.Count == resolved.Derivation.Outputs.Count || wish.Mode == BuildMode.Repair
            ? new SchedulerEvent.StepResolved(
                wish.DrvPath,
                new StepResolution(resolved.DrvPath, resolved.RealisationHash),
                outputs,
                IsValid: false,
                wish.Mode
            )
            : throw new PlanException(
                wish.DrvPath,
                $"with its inputs as they are now, outputs of '{wish.DrvPath}' are not valid, so checking is not possible: build it first"
            );
    }

    /// <summary>What the resolved derivation came to is what the derivation itself came to, which is found without its inputs then.</summary>
    private async Task RecordAsync(
        SchedulerEffect.ResolveStep wish,
        ImmutableSortedDictionary<string, StorePath> outputs,
        CancellationToken ct
    )
    {
        if (wish.RealisationHash is { } hash)
        {
            await realisations.RecordAsync(hash, outputs, ct).ConfigureAwait(false);
        }
    }

    private async Task<ImmutableSortedDictionary<string, StorePath>> FetchAsync(
        SchedulerEffect.ResolveStep wish,
        ResolvedDerivation resolved,
        CancellationToken ct
    )
    {
        if (
            substitution is null
            || resolved.RealisationHash is not { } hash
            || !DerivationOptions.From(resolved.Derivation).AllowsSubstitutes
        )
        {
            return resolved.Outputs;
        }

        var open = resolved.Derivation.Outputs.Keys.Where(name => !resolved.Outputs.ContainsKey(name));
        var found = await substitution.FindAsync(hash, open, ct).ConfigureAwait(false);
        var outputs = resolved.Outputs.AddRange(found);
        await ProtectAsync(wish.Builds, found.Values, ct).ConfigureAwait(false);
        await substitution
            .FetchAsync(outputs.Values.Distinct().ToDictionary(path => path, _ => wish.DrvPath), progress: null, ct)
            .ConfigureAwait(false);
        var valid = await store.ValidAsync([.. found.Values], ct).ConfigureAwait(false);
        var fetched = found.Where(output => valid.Contains(output.Value));
        return outputs.SetItems(await realisations.RecordAsync(hash, fetched, ct).ConfigureAwait(false));
    }

    private Task ProtectAsync(IEnumerable<BuildId> builds, IEnumerable<StorePath> paths, CancellationToken ct) =>
        Task.WhenAll(builds.Select(build => roots.ProtectAsync(build, paths, ct)));
}
