namespace Farm.Store.Hashing;

/// <summary>The hash functions of Nix's stable formats. Zero is none of them.</summary>
public enum HashAlgorithm
{
    /// <summary>16 bytes, <c>md5</c>.</summary>
    Md5 = 1,

    /// <summary>20 bytes, <c>sha1</c>.</summary>
    Sha1,

    /// <summary>32 bytes, <c>sha256</c>.</summary>
    Sha256,

    /// <summary>64 bytes, <c>sha512</c>.</summary>
    Sha512,
}
