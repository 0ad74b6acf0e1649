using System.Security.Cryptography;
using System.Text;
using Farm.Store.Native;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Store.Signing;

/// <summary>A key that signs store objects.</summary>
/// <remarks>Shape: <c>name:base64</c> of 64 bytes, a seed of 32 and the public key that follows from it. Stricter than Nix: a public
/// key that does not follow from the seed is refused, since signatures made with it would give the seed away. Never printed but by
/// <see cref="Print"/>. Source: Nix manual, <c>secret-key-files</c>.</remarks>
public sealed class SecretKey
{
    private const int Bytes = Ed25519.SeedBytes + Ed25519.PublicKeyBytes;

    private readonly byte[] _seed;

    private SecretKey(string name, byte[] seed) =>
        (_seed, PublicKey) = (seed, new PublicKey(name, Ed25519.PublicKey(seed)));

    /// <summary>What its signatures begin with.</summary>
    public string Name => PublicKey.Name;

    /// <summary>What others need to check its signatures.</summary>
    public PublicKey PublicKey { get; }

    /// <summary>A new key from the system's random numbers.</summary>
    /// <exception cref="NixFormatException">The name is empty or has a colon or a blank.</exception>
    public static SecretKey Generate(string name)
    {
        KeyText.CheckName(name);
        return new(name, RandomNumberGenerator.GetBytes(Ed25519.SeedBytes));
    }

    /// <exception cref="NixFormatException">It has no name, not the base-64 of 64 bytes, or two halves that do not fit.</exception>
    public static SecretKey Parse(string text)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        var name = KeyText.Read(text, bytes, "a secret key");
        var key = new SecretKey(name, bytes[..Ed25519.SeedBytes].ToArray());
        return key.PublicKey == new PublicKey(name, bytes[Ed25519.SeedBytes..])
            ? key
            : throw new NixFormatException($"The two halves of the secret key '{name}' do not belong together.");
    }

    /// <summary>Signs what is known of a path.</summary>
    /// <returns>The signature, <c>name:base64</c>.</returns>
    /// <exception cref="ArgumentException">The NAR's size is not known.</exception>
    public string Sign(StoreDir storeDir, PathInfo info) => Sign(Fingerprint.Of(storeDir, info));

    /// <summary>Signs a text.</summary>
    /// <returns>The signature, <c>name:base64</c>.</returns>
    public string Sign(string text) => KeyText.Print(Name, Ed25519.Sign(_seed, Encoding.UTF8.GetBytes(text)));

    /// <summary>The text of the key file: whoever reads it can sign.</summary>
    public string Print()
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        _seed.CopyTo(bytes);
        Ed25519.PublicKey(_seed).CopyTo(bytes[Ed25519.SeedBytes..]);
        return KeyText.Print(Name, bytes);
    }

    /// <summary>The name; for messages.</summary>
    public override string ToString() => $"secret key '{Name}'";
}
