using System.Diagnostics;
using System.Security.Cryptography;

namespace Farm.Store.Hashing;

/// <summary>Names, sizes and texts of hashes.</summary>
/// <remarks>Which encoding a digest has is told by its length alone: for one algorithm no two encodings are equally long.
/// Source: Nix manual, "Hash formats"; Nix's <c>libutil/hash.cc</c>.</remarks>
public static class HashText
{
    /// <summary>The size in bytes of the longest digest.</summary>
    public const int MaxDigestBytes = 64;

    /// <summary>Longest text read as a hash: base-16 of SHA-512 with its prefix, and room for line feeds in base-64.</summary>
    public const int MaxTextLength = 256;

    /// <summary>Digest size in bytes.</summary>
    public static int DigestBytes(this HashAlgorithm algorithm) =>
        algorithm switch
        {
            HashAlgorithm.Md5 => 16,
            HashAlgorithm.Sha1 => 20,
            HashAlgorithm.Sha256 => 32,
            HashAlgorithm.Sha512 => 64,
            _ => throw new UnreachableException($"No hash algorithm has the value {(int)algorithm}."),
        };

    /// <summary>Nix's name: <c>md5</c>, <c>sha1</c>, <c>sha256</c>, <c>sha512</c>.</summary>
    public static string Name(this HashAlgorithm algorithm) =>
        algorithm switch
        {
            HashAlgorithm.Md5 => "md5",
            HashAlgorithm.Sha1 => "sha1",
            HashAlgorithm.Sha256 => "sha256",
            HashAlgorithm.Sha512 => "sha512",
            _ => throw new UnreachableException($"No hash algorithm has the value {(int)algorithm}."),
        };

    /// <summary>The framework's name of the algorithm, for incremental hashing.</summary>
    public static HashAlgorithmName FrameworkName(this HashAlgorithm algorithm) =>
        algorithm switch
        {
            HashAlgorithm.Md5 => HashAlgorithmName.MD5,
            HashAlgorithm.Sha1 => HashAlgorithmName.SHA1,
            HashAlgorithm.Sha256 => HashAlgorithmName.SHA256,
            HashAlgorithm.Sha512 => HashAlgorithmName.SHA512,
            _ => throw new UnreachableException($"No hash algorithm has the value {(int)algorithm}."),
        };

    /// <summary>Reads an algorithm's name; lower case only.</summary>
    public static bool TryParseAlgorithm(ReadOnlySpan<char> name, out HashAlgorithm algorithm)
    {
        algorithm = name switch
        {
            "md5" => HashAlgorithm.Md5,
            "sha1" => HashAlgorithm.Sha1,
            "sha256" => HashAlgorithm.Sha256,
            "sha512" => HashAlgorithm.Sha512,
            _ => default,
        };
        return algorithm != default;
    }

    /// <summary>Reads an algorithm's name.</summary>
    /// <exception cref="NixFormatException">It is none of the four.</exception>
    public static HashAlgorithm ParseAlgorithm(string name) =>
        TryParseAlgorithm(name, out var algorithm)
            ? algorithm
            : throw new NixFormatException($"'{name}' is no hash algorithm; use md5, sha1, sha256 or sha512.");

    /// <summary>Reads a digest without prefix, in base-16 (either case), nix32 or padded base-64, as its length tells.</summary>
    /// <param name="digest">Receives the bytes; exactly as long as the algorithm's digest.</param>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> digest)
    {
        if (text.Length == digest.Length * 2)
            return TryDecodeBase16(text, digest);
        if (text.Length == NixBase32.EncodedLength(digest.Length))
            return NixBase32.TryDecode(text, digest);
        return text.Length == NixBase64.EncodedLength(digest.Length) && NixBase64.TryDecode(text, digest);
    }

    /// <summary>Reads hex of either case.</summary>
    public static bool TryDecodeBase16(ReadOnlySpan<char> text, Span<byte> digest) =>
        text.Length == digest.Length * 2
        && Convert.FromHexString(text, digest, out _, out var written) == System.Buffers.OperationStatus.Done
        && written == digest.Length;

    /// <summary>Prints a digest without prefix.</summary>
    public static string Encode(ReadOnlySpan<byte> digest, HashFormat format) =>
        format switch
        {
            HashFormat.Base16 => Convert.ToHexStringLower(digest),
            HashFormat.Nix32 => NixBase32.Encode(digest),
            HashFormat.Base64 or HashFormat.Sri => Convert.ToBase64String(digest),
            _ => throw new UnreachableException($"No hash format has the value {(int)format}."),
        };

    /// <summary>Prints a digest with its algorithm: <c>sha256:…</c>, or <c>sha256-…</c> for <see cref="HashFormat.Sri"/>.</summary>
    public static string Print(HashAlgorithm algorithm, ReadOnlySpan<byte> digest, HashFormat format) =>
        $"{algorithm.Name()}{(format == HashFormat.Sri ? '-' : ':')}{Encode(digest, format)}";

    /// <summary>Divides a prefixed hash into algorithm and digest, and reads both.</summary>
    /// <param name="expected">What the algorithm must be, or null when the text has to tell.</param>
    /// <param name="digest">A buffer of <see cref="MaxDigestBytes"/>.</param>
    /// <returns>Null when it was read, otherwise the rule that the text breaks.</returns>
    internal static string? Read(
        ReadOnlySpan<char> text,
        HashAlgorithm? expected,
        Span<byte> digest,
        out HashAlgorithm algorithm
    )
    {
        algorithm = expected ?? default;
        if (text.Length > MaxTextLength)
            return $"a hash has at most {MaxTextLength} characters";
        var separator = text.IndexOf(':');
        var isSri = false;
        if (separator < 0)
        {
            separator = text.IndexOf('-');
            isSri = separator >= 0;
        }
        if (separator >= 0)
        {
            if (!TryParseAlgorithm(text[..separator], out algorithm))
                return "the algorithm must be md5, sha1, sha256 or sha512";
            if (expected is { } wanted && wanted != algorithm)
                return $"the algorithm must be {wanted.Name()}";
            text = text[(separator + 1)..];
        }
        else if (expected is null)
        {
            return "a hash needs its algorithm before a colon, or the form 'sha256-<base64>'";
        }
        var bytes = digest[..algorithm.DigestBytes()];
        if (isSri ? NixBase64.TryDecode(text, bytes) : TryDecode(text, bytes))
            return null;
        return isSri
            ? $"a {algorithm.Name()} digest after '-' is {bytes.Length} bytes in base-64"
            : $"a {algorithm.Name()} digest is {bytes.Length} bytes in base-16, nix32 or base-64";
    }
}
