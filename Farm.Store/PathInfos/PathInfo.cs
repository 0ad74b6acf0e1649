using System.Collections.Immutable;
using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Store.PathInfos;

/// <summary>What a store knows of one valid store object; Nix's <c>ValidPathInfo</c>.</summary>
/// <remarks>Compared by value. Source: Nix manual, "Store object info".</remarks>
public sealed record PathInfo
{
    private readonly ImmutableSortedSet<string> _signatures = NoSignatures;

    /// <summary>An empty set in the order of signatures.</summary>
    internal static ImmutableSortedSet<string> NoSignatures { get; } = ImmutableSortedSet.Create(SignatureText.Order);

    public required StorePath Path { get; init; }

    /// <summary>SHA-256 of the NAR serialisation.</summary>
    public required Sha256Digest NarHash { get; init; }

    /// <summary>Length of the NAR serialisation in bytes; 0 where it is not known.</summary>
    public required long NarSizeBytes { get; init; }

    /// <summary>Store objects that this one refers to, itself included where it does.</summary>
    public ImmutableSortedSet<StorePath> References { get; init; } = [];

    /// <summary>The derivation that made it; null where that is not known.</summary>
    public StorePath? Deriver { get; init; }

    /// <summary>When it became valid in the store that is asked, to the second.</summary>
    public DateTimeOffset RegistrationTime { get; init; } = DateTimeOffset.UnixEpoch;

    /// <summary>Whether that store built it itself, and so trusts it without a signature.</summary>
    public bool IsUltimate { get; init; }

    /// <summary>Texts <c>name:base64</c>, in the order of <see cref="SignatureText.Order"/> whatever set is given.</summary>
    public ImmutableSortedSet<string> Signatures
    {
        get => _signatures;
        init => _signatures = value.WithComparer(SignatureText.Order);
    }

    /// <summary>The claim that the path follows from the content; null for an input-addressed object.</summary>
    public ContentAddress? ContentAddress { get; init; }

    /// <summary>Whether the path really follows from <see cref="ContentAddress"/>, so that no signature is needed.</summary>
    /// <remarks>Tells nothing about the content itself: that is checked where the content is read.</remarks>
    public bool IsContentAddressed(StoreDir storeDir)
    {
        if (ContentAddress is not { } address)
            return false;
        var hasSelfReference = References.Contains(Path);
        var others = hasSelfReference ? References.Remove(Path) : References;
        var mayHaveReferences =
            address is { Method: ContentAddressMethod.Nar, Hash.Algorithm: HashAlgorithm.Sha256 }
            || (address.Method == ContentAddressMethod.Text && !hasSelfReference);
        if (References.Count > 0 && !mayHaveReferences)
            return false;
        var name = StorePathName.Parse(Path.Name);
        return StorePathMaker.FromContentAddress(storeDir, name, address, others, hasSelfReference) == Path;
    }

    /// <summary>Compares the hash of an archive with what is recorded.</summary>
    /// <exception cref="StoreException.HashMismatch">It is another one.</exception>
    public void RequireNarHash(StoreDir storeDir, Sha256Digest found)
    {
        if (found != NarHash)
            throw new StoreException.HashMismatch(storeDir.Print(Path), NarHash.ToString(), found.ToString());
    }

    /// <summary>The same of its length.</summary>
    /// <exception cref="StoreException.HashMismatch">It is another one.</exception>
    public void RequireNarSize(StoreDir storeDir, long foundBytes)
    {
        if (foundBytes != NarSizeBytes)
            throw new StoreException.HashMismatch(storeDir.Print(Path), $"{NarSizeBytes} bytes", $"{foundBytes} bytes");
    }

    public bool Equals(PathInfo? other) =>
        other is not null
        && Path == other.Path
        && NarHash == other.NarHash
        && NarSizeBytes == other.NarSizeBytes
        && Deriver == other.Deriver
        && RegistrationTime == other.RegistrationTime
        && IsUltimate == other.IsUltimate
        && ContentAddress == other.ContentAddress
        && References.SequenceEqual(other.References)
        && Signatures.SequenceEqual(other.Signatures);

    public override int GetHashCode() => HashCode.Combine(Path, NarHash, NarSizeBytes);
}
