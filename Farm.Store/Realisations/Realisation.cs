using System.Collections.Immutable;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Signing;

namespace Farm.Store.Realisations;

/// <summary>What an output of a derivation has come to: a path that is known only once it is built.</summary>
/// <remarks>Source: Nix 2.8's <c>libstore/realisation.hh</c>.</remarks>
public sealed record Realisation
{
    private readonly ImmutableSortedSet<string> _signatures = ImmutableSortedSet.Create(SignatureText.Order);

    public required DerivationOutputId Id { get; init; }

    public required StorePath OutPath { get; init; }

    /// <summary>Texts <c>name:base64</c>.</summary>
    public ImmutableSortedSet<string> Signatures
    {
        get => _signatures;
        init => _signatures = value.WithComparer(SignatureText.Order);
    }

    /// <summary>What the outputs that this one was built with have come to.</summary>
    public ImmutableSortedDictionary<DerivationOutputId, StorePath> Dependent { get; init; } =
        ImmutableSortedDictionary<DerivationOutputId, StorePath>.Empty;

    /// <summary>The same with a signature by the key added.</summary>
    public Realisation Sign(SecretKey key) =>
        this with
        {
            Signatures = Signatures.Add(key.Sign(RealisationJson.Fingerprint(this))),
        };

    public bool Equals(Realisation? other) =>
        other is not null
        && Id == other.Id
        && OutPath == other.OutPath
        && Signatures.SequenceEqual(other.Signatures)
        && Dependent.SequenceEqual(other.Dependent);

    public override int GetHashCode() => HashCode.Combine(Id, OutPath);
}
