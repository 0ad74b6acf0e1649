using System.Collections.Immutable;

namespace Farm.Store.Derivations;

/// <summary>What must hold of an output after the build.</summary>
/// <remarks>Each list has full store paths and names of outputs of the same derivation, as written.
/// An allow-list that is null checks nothing; one that is empty allows nothing.</remarks>
public sealed class OutputChecks
{
    /// <summary>Whether an output is left out of its own requisites before those are checked. True without structured attributes.</summary>
    public bool IgnoresSelfRequisites { get; init; }

    /// <summary>Largest NAR in bytes; null for no limit.</summary>
    public long? MaxSizeBytes { get; init; }

    /// <summary>Largest sum of NAR sizes over the closure in bytes; null for no limit.</summary>
    public long? MaxClosureSizeBytes { get; init; }

    public ImmutableSortedSet<string>? AllowedReferences { get; init; }

    public ImmutableSortedSet<string>? AllowedRequisites { get; init; }

    public ImmutableSortedSet<string> DisallowedReferences { get; init; } = [];

    public ImmutableSortedSet<string> DisallowedRequisites { get; init; } = [];

    /// <summary>Whether there is nothing to check.</summary>
    public bool IsEmpty =>
        MaxSizeBytes is null
        && MaxClosureSizeBytes is null
        && AllowedReferences is null
        && AllowedRequisites is null
        && DisallowedReferences.IsEmpty
        && DisallowedRequisites.IsEmpty;
}
