using System.Collections.Immutable;
using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Coordinator.Scheduling;

/// <summary>What the scheduler has to know of one derivation. Not compared by value.</summary>
/// <param name="DrvPath">With <see cref="Mode"/> the identity of the step: one step for each derivation, however many builds want it.</param>
/// <param name="Inputs">Derivations whose outputs it uses; each is a step of the same build.</param>
/// <param name="Outputs">Output name → path, as far as paths are known; when the step is done, all are.</param>
/// <param name="IsValid">Whether all outputs are in the coordinator's store, so that nothing has to be built. Never where it is to be
/// built again.</param>
/// <param name="ExpectedDuration">From earlier builds of the same name, or the default.</param>
public sealed record StepSpec(
    StorePath DrvPath,
    string Name,
    StepRequirement Requirement,
    ImmutableArray<StorePath> Inputs,
    ImmutableSortedDictionary<string, StorePath> Outputs,
    bool IsValid,
    TimeSpan ExpectedDuration
)
{
    /// <summary>What it is built for.</summary>
    public BuildMode Mode { get; init; }

    public StepKey Key => new(DrvPath, Mode);

    /// <summary>Names of the outputs whose paths the derivation does not tell: they follow from what is built, or from what the
    /// inputs come to.</summary>
    public ImmutableSortedSet<string> OpenOutputs { get; init; } =
        ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>The inputs of a derivation that was given and is not in the store: they are kept for the build in its stead. Null for
    /// one that is there.</summary>
    public ImmutableArray<StorePath>? GivenInputs { get; init; }

    /// <summary>Whether the real paths of its inputs must be put into it before it can be built.</summary>
    public bool NeedsResolution { get; init; }

    /// <summary>What it has become with them; null before, and where it is built as it is.</summary>
    public StepResolution? Resolution { get; init; }

    /// <summary>Hash that what its outputs come to is recorded by; null where that is not recorded.</summary>
    public Sha256Digest? RealisationHash { get; init; }

    /// <summary>The derivation that a worker is to build; null while it must be resolved.</summary>
    public StorePath? BuiltAs => NeedsResolution ? Resolution?.DrvPath : DrvPath;

    /// <summary>Hash that a worker records by what that derivation comes to.</summary>
    public Sha256Digest? BuiltAsHash => NeedsResolution ? Resolution?.RealisationHash : RealisationHash;

    /// <summary>The same without what was found out after it was planned.</summary>
    public StepSpec Unresolved() =>
        NeedsResolution ? this with { Resolution = null, Outputs = Outputs.RemoveRange(OpenOutputs) } : this;
}
