using System.Collections.Immutable;
using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Coordinator.Planning;

/// <summary>A derivation of a plan in the making.</summary>
/// <param name="Outputs">Output name → path, as far as paths are known.</param>
/// <param name="RealisationHash">Hash that what its outputs come to is recorded by; null where its paths are known, and for an
/// impure one.</param>
/// <param name="IsValid">Whether all outputs are known and valid.</param>
internal sealed record PlannedStep(
    Derivation Derivation,
    ImmutableSortedDictionary<string, StorePath> Outputs,
    Sha256Digest? RealisationHash,
    bool IsValid
)
{
    /// <summary>Nothing below a valid step is needed.</summary>
    public ImmutableArray<StorePath> Inputs => IsValid ? [] : [.. AllInputs.Union(Further)];

    /// <summary>What must be repaired before it is built, below inputs that are valid.</summary>
    public ImmutableArray<StorePath> Further { get; init; } = [];

    public ImmutableArray<StorePath> AllInputs => [.. Derivation.InputDerivations.Keys];

    /// <summary>Names of the outputs whose paths the derivation does not tell.</summary>
    public ImmutableSortedSet<string> OpenOutputs => OpenOutputsOf(Derivation);

    public static ImmutableSortedSet<string> OpenOutputsOf(Derivation derivation) =>
        derivation
            .Outputs.Where(output => output.Value.KnownPath is null)
            .Select(output => output.Key)
            .ToImmutableSortedSet(StringComparer.Ordinal);
}
