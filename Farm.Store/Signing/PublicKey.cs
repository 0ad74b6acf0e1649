using Farm.Store.Hashing;
using Farm.Store.Native;

namespace Farm.Store.Signing;

/// <summary>A key that tells whether a signature is by the holder of the secret key.</summary>
/// <remarks>Shape: <c>name:base64</c> of 32 bytes, such as <c>cache.example.org-1:8I+V…OHI=</c>. Source: Nix manual,
/// <c>trusted-public-keys</c>.</remarks>
public sealed record PublicKey
{
    private readonly ByteString _bytes;

    internal PublicKey(string name, ReadOnlySpan<byte> bytes) => (Name, _bytes) = (name, ByteString.FromBytes(bytes));

    /// <summary>What signatures by the key begin with.</summary>
    public string Name { get; }

    /// <exception cref="NixFormatException">It has no name, or not the base-64 of 32 bytes.</exception>
    public static PublicKey Parse(string text)
    {
        Span<byte> bytes = stackalloc byte[Ed25519.PublicKeyBytes];
        return new(KeyText.Read(text, bytes, "a public key"), bytes);
    }

    /// <summary>Whether 64 bytes sign the text.</summary>
    internal bool Verify(ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature) =>
        Ed25519.Verify(_bytes.Span, text, signature);

    public override string ToString() => KeyText.Print(Name, _bytes.Span);
}
