using Farm.Store.Hashing;

namespace Farm.Protocol.Json;

/// <summary>A digest as <c>sha256:</c> and 52 base-32 characters.</summary>
public sealed class Sha256DigestConverter : TextConverter<Sha256Digest>
{
    protected override Sha256Digest Parse(string text) => Sha256Digest.Parse(text);

    protected override string Print(Sha256Digest value) => "sha256:" + value.ToNixBase32();
}
