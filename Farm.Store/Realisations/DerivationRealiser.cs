using Farm.Store.Derivations;
using Farm.Store.Local;
using Farm.Store.Paths;

namespace Farm.Store.Realisations;

/// <summary>Resolves derivations whose inputs are built, and looks up what they have come to before: equal content of an input gives an
/// equal resolved derivation, so that nothing is built that was built from it already.</summary>
/// <remarks>Source: Nix's <c>DerivationGoal::inputsRealised</c> and <c>resolvedFinished</c>.</remarks>
public sealed class DerivationRealiser(LocalStore store, StoreRealisations realisations)
{
    /// <summary>Resolves a derivation for which <see cref="DerivationResolver.NeedsResolution"/>, and writes the result to the store.</summary>
    /// <param name="pathOf">Path of an output of a derivation; null while it is not built. Hold the paths before.</param>
    /// <returns>Null while some wanted output is not built.</returns>
    /// <exception cref="NixFormatException">With these paths in it, it breaks a rule.</exception>
    /// <exception cref="StoreException.MissingReference">An input is not valid.</exception>
    public async Task<ResolvedDerivation?> ResolveAsync(
        Derivation derivation,
        Func<StorePath, string, StorePath?> pathOf,
        CancellationToken ct
    )
    {
        if (DerivationResolver.TryResolve(store.StoreDir, derivation, pathOf) is not { } resolved)
            return null;
        var info = await store
            .AddTextAsync(
                StorePathName.Parse(resolved.Name + StorePath.DerivationSuffix),
                DerivationPrinter.Print(store.StoreDir, resolved),
                resolved.References,
                ct
            )
            .ConfigureAwait(false);
        var outputs = OutputPaths.Known(resolved);
        if (resolved.Type == DerivationType.Impure)
            return new(info.Path, resolved, null, outputs);
        var hash = await realisations.HashAsync(resolved, ct).ConfigureAwait(false);
        var open = resolved.Outputs.Keys.Where(name => !outputs.ContainsKey(name));
        var found = await realisations.OutputsAsync(hash, open, ct).ConfigureAwait(false);
        return new(info.Path, resolved, hash, outputs.AddRange(found));
    }
}
