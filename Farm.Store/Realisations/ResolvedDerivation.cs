using System.Collections.Immutable;
using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Store.Realisations;

/// <summary>A derivation with the real paths of its inputs in it, which is what is built.</summary>
/// <param name="DrvPath">Its own path; it is valid in the store.</param>
/// <param name="Derivation">It has no input derivations.</param>
/// <param name="RealisationHash">Hash that what its outputs come to is recorded by; null for an impure one.</param>
/// <param name="Outputs">Output name → path, for those that are input-addressed, fixed, or recorded with a valid path.</param>
public sealed record ResolvedDerivation(
    StorePath DrvPath,
    Derivation Derivation,
    Sha256Digest? RealisationHash,
    ImmutableSortedDictionary<string, StorePath> Outputs
);
