using System.Security.Cryptography;

namespace Farm.Store.Native;

/// <summary>Signing and checking with Ed25519 (RFC 8032, pure: the text itself is signed, not a hash of it).</summary>
internal static unsafe class Ed25519
{
    /// <summary>Length of the seed from which a secret key follows, in bytes.</summary>
    public const int SeedBytes = 32;

    /// <summary>Length of a public key in bytes.</summary>
    public const int PublicKeyBytes = 32;

    /// <summary>Length of a signature in bytes.</summary>
    public const int SignatureBytes = 64;

    /// <summary>The public key that belongs to a seed.</summary>
    public static byte[] PublicKey(ReadOnlySpan<byte> seed)
    {
        var key = PrivateKey(seed);
        try
        {
            var result = new byte[PublicKeyBytes];
            var length = (nuint)result.Length;
            fixed (byte* bytes = result)
                Require(LibCrypto.GetPublicKey(key, bytes, &length));
            return result;
        }
        finally
        {
            LibCrypto.FreeKey(key);
        }
    }

    public static byte[] Sign(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> text)
    {
        var key = PrivateKey(seed);
        var context = LibCrypto.NewContext();
        try
        {
            Require(LibCrypto.BeginSign(context, null, 0, 0, key));
            var result = new byte[SignatureBytes];
            var length = (nuint)result.Length;
            fixed (byte* signature = result)
            fixed (byte* bytes = text)
                Require(LibCrypto.Sign(context, signature, &length, bytes, (nuint)text.Length));
            return result;
        }
        finally
        {
            LibCrypto.FreeContext(context);
            LibCrypto.FreeKey(key);
        }
    }

    /// <summary>Whether the signature of the text is by the holder of the key; false also for a key that is no point of the curve.</summary>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != PublicKeyBytes || signature.Length != SignatureBytes)
            return false;
        nint key;
        fixed (byte* bytes = publicKey)
            key = LibCrypto.NewPublicKey(LibCrypto.Ed25519, 0, bytes, PublicKeyBytes);
        if (key == 0)
            return false;
        var context = LibCrypto.NewContext();
        try
        {
            Require(LibCrypto.BeginVerify(context, null, 0, 0, key));
            fixed (byte* signatureBytes = signature)
            fixed (byte* bytes = text)
                return LibCrypto.Verify(context, signatureBytes, SignatureBytes, bytes, (nuint)text.Length) == 1;
        }
        finally
        {
            LibCrypto.FreeContext(context);
            LibCrypto.FreeKey(key);
        }
    }

    private static nint PrivateKey(ReadOnlySpan<byte> seed)
    {
        if (seed.Length != SeedBytes)
            throw new ArgumentException($"A seed has {SeedBytes} bytes, not {seed.Length}.", nameof(seed));
        nint key;
        fixed (byte* bytes = seed)
            key = LibCrypto.NewPrivateKey(LibCrypto.Ed25519, 0, bytes, SeedBytes);
        return key == 0 ? throw new CryptographicException("OpenSSL took no Ed25519 key.") : key;
    }

    private static void Require(int result)
    {
        if (result != 1)
            throw new CryptographicException("OpenSSL could not do an Ed25519 operation.");
    }
}
