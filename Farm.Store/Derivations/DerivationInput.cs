using System.Collections.Immutable;

namespace Farm.Store.Derivations;

/// <summary>What a derivation wants of one input derivation.</summary>
/// <remarks>Shape: a list of output names, or with dynamic outputs a pair of that list and a list of <c>(name, node)</c>.
/// Compared by value.</remarks>
public sealed record DerivationInput
{
    /// <summary>Names of wanted outputs, in byte order.</summary>
    public ImmutableSortedSet<string> Outputs { get; init; } =
        ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>Outputs that are derivations themselves, and what is wanted of those. Empty but for dynamic derivations.</summary>
    public ImmutableSortedDictionary<string, DerivationInput> DynamicOutputs { get; init; } =
        ImmutableSortedDictionary.Create<string, DerivationInput>(StringComparer.Ordinal);

    /// <summary>Wants these outputs, none of them dynamic.</summary>
    public static DerivationInput Of(params IEnumerable<string> outputs) =>
        new() { Outputs = outputs.ToImmutableSortedSet(StringComparer.Ordinal) };

    public bool Equals(DerivationInput? other) =>
        other is not null && Outputs.SequenceEqual(other.Outputs) && DynamicOutputs.SequenceEqual(other.DynamicOutputs);

    public override int GetHashCode() => HashCode.Combine(Outputs.Count, DynamicOutputs.Count);
}
