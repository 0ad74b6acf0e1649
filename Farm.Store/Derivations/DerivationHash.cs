using System.Collections.Immutable;
using Farm.Store.Hashing;

namespace Farm.Store.Derivations;

/// <summary>What a derivation counts as where it is an input of another one whose hash is computed.</summary>
public abstract record DerivationHash
{
    private DerivationHash() { }

    /// <summary>One hash for all outputs.</summary>
    public sealed record Regular(Sha256Digest Digest) : DerivationHash;

    /// <summary>Fixed outputs count by their content, so each has its own hash.</summary>
    /// <param name="Digests">By output name.</param>
    public sealed record FixedOutputs(ImmutableSortedDictionary<string, Sha256Digest> Digests) : DerivationHash;

    /// <summary>There is none until something is built.</summary>
    public sealed record Deferred : DerivationHash;
}
