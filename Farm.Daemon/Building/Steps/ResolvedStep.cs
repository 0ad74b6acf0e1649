using System.Collections.Immutable;
using Farm.Protocol;
using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Daemon.Building.Steps;

/// <summary>What is really built for a derivation. Not compared by value.</summary>
/// <param name="Derivation">With the real paths of its inputs in it.</param>
/// <param name="Request">The same, for an executor.</param>
/// <param name="Outputs">Output name → path, as far as they are stated or recorded.</param>
/// <param name="OwnHash">Hash that what its outputs come to is recorded by for the derivation as it was; null where it is not.</param>
internal sealed record ResolvedStep(
    Derivation Derivation,
    BuildRequest Request,
    ImmutableSortedDictionary<string, StorePath> Outputs,
    Sha256Digest? OwnHash
);
