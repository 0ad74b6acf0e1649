using Farm.Protocol;
using Farm.Store.Derivations;
using Farm.Store.Local;
using Farm.Store.Realisations;

namespace Farm.Daemon.Building.Steps;

/// <summary>Finds out what is really built for a derivation whose inputs are there: content-addressed ones, and those that use such, are
/// built with the real paths of their inputs in them.</summary>
/// <param name="store">Gets the resolved derivations.</param>
/// <param name="realisations">What outputs have come to in it.</param>
internal sealed class StepResolver(LocalStore store, StoreRealisations realisations)
{
    private readonly DerivationRealiser _realiser = new(store, realisations);

    /// <returns>Null while an input is not built.</returns>
    /// <exception cref="Farm.Store.NixFormatException">With these paths in it, it breaks a rule.</exception>
    public async Task<ResolvedStep?> ResolveAsync(StepWork work, BuildOptions options, CancellationToken ct)
    {
        var derivation = work.Derivation;
        var own = await realisations.RecordingHashAsync(derivation, ct).ConfigureAwait(false);
        if (DerivationResolver.NeedsResolution(derivation, resolvesFixed: false))
        {
            return await _realiser.ResolveAsync(derivation, work.PathOf, ct).ConfigureAwait(false) is { } resolved
                ? new ResolvedStep(
                    resolved.Derivation,
                    BuildRequest.From(
                        store.StoreDir,
                        resolved.DrvPath,
                        resolved.Derivation,
                        [],
                        resolved.RealisationHash,
                        options
                    ),
                    resolved.Outputs,
                    own
                )
                : null;
        }
        var outputs = own is { } hash
            ? await realisations.OutputsAsync(derivation, hash, ct).ConfigureAwait(false)
            : OutputPaths.Known(derivation);
        return new ResolvedStep(
            derivation,
            BuildRequest.From(store.StoreDir, work.DrvPath, derivation, work.Inputs, own, options),
            outputs,
            own
        );
    }
}
