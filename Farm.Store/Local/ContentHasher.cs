using System.Security.Cryptography;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Store.References;
using HashAlgorithm = Farm.Store.Hashing.HashAlgorithm;

namespace Farm.Store.Local;

/// <summary>Hashes an object as it passes: its NAR always, and what its content address is made of where that is something else.</summary>
internal sealed class ContentHasher : IDisposable
{
    private readonly IncrementalHash _nar = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash? _address;
    private readonly ModuloHasher? _modulo;
    private readonly MethodAlgorithm? _how;

    /// <param name="how">How the object is addressed; null where it is not.</param>
    /// <param name="self">Hash part of the object's own path, where it refers to itself: its address leaves that out.</param>
    public ContentHasher(MethodAlgorithm? how = null, StorePathHash? self = null)
    {
        if (how is { Method: ContentAddressMethod.Git })
            throw new NixFormatException("Content addressed by git object id cannot be checked here.");
        _how = how;
        var isNarHash = how is { Method: ContentAddressMethod.Nar, Algorithm: HashAlgorithm.Sha256 };
        if (isNarHash && self is { } own)
            _modulo = new ModuloHasher(HashAlgorithm.Sha256, own);
        else if (!isNarHash && how is { } wanted)
            _address = IncrementalHash.CreateHash(Name(wanted.Algorithm));
    }

    public long SizeBytes { get; private set; }

    /// <summary>Whether the contents of the root file are what is addressed.</summary>
    public bool WantsContents => _how is { Method: ContentAddressMethod.Flat or ContentAddressMethod.Text };

    public void Nar(ReadOnlySpan<byte> bytes)
    {
        SizeBytes += bytes.Length;
        _nar.AppendData(bytes);
        _modulo?.Feed(bytes);
        if (!WantsContents)
            _address?.AppendData(bytes);
    }

    /// <summary>Contents of the root file.</summary>
    public void Contents(ReadOnlySpan<byte> bytes)
    {
        if (WantsContents)
            _address?.AppendData(bytes);
    }

    /// <summary>Ends the hashes; the address is null where none was asked for.</summary>
    public (Sha256Digest Nar, ContentAddress? Address) Finish()
    {
        var nar = Sha256Digest.Finish(_nar);
        if (_how is not { } how)
            return (nar, null);
        var hash =
            _modulo is not null ? _modulo.Finish()
            : _address is null ? nar.ToHash()
            : Hash.FromBytes(how.Algorithm, _address.GetHashAndReset());
        return (nar, ContentAddress.Create(how.Method, hash));
    }

    public void Dispose()
    {
        _nar.Dispose();
        _address?.Dispose();
        _modulo?.Dispose();
    }

    private static HashAlgorithmName Name(HashAlgorithm algorithm) =>
        algorithm switch
        {
            HashAlgorithm.Md5 => HashAlgorithmName.MD5,
            HashAlgorithm.Sha1 => HashAlgorithmName.SHA1,
            HashAlgorithm.Sha256 => HashAlgorithmName.SHA256,
            HashAlgorithm.Sha512 => HashAlgorithmName.SHA512,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
}
