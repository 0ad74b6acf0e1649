using System.Collections.Immutable;
using Farm.Derivations.Objects;

namespace Farm.Derivations.Making;

/// <summary>What became of attributes.</summary>
/// <param name="Outputs">The outputs' names in the order in which they were given; the first is the one meant by the derivation itself.</param>
internal sealed record MadeDerivation(DerivationFile File, ImmutableArray<string> Outputs);
