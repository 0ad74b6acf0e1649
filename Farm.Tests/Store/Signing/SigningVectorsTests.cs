using System.Text;
using System.Text.Json;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Signing;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Signing;

/// <summary>Signatures that real Nix made, and the key pair that made them.</summary>
public sealed class SigningVectorsTests
{
    private static readonly SecretKey s_secret = SecretKey.Parse(Text("cache.sec"));
    private static readonly TrustedKeys s_trusted = TrustedKeys.Of([PublicKey.Parse(Text("cache.pub"))]);

    [Fact]
    public void The_keys_are_a_pair_and_print_as_they_were_read()
    {
        Assert.Equal(Text("cache.pub"), s_secret.PublicKey.ToString());
        Assert.Equal(Text("cache.sec"), s_secret.Print());
    }

    [Fact]
    public void Each_signature_is_what_signing_gives_and_is_trusted()
    {
        var count = 0;
        foreach (var info in Infos())
        {
            Assert.Equal(info.Signatures, [s_secret.Sign(StoreDir.Default, info)]);
            Assert.Equal(1, s_trusted.CountSignatures(StoreDir.Default, info));
            count++;
        }
        Assert.Equal(36, count);
    }

    [Fact]
    public void A_signature_does_not_sign_what_was_changed()
    {
        foreach (var info in Infos())
        {
            PathInfo[] changed =
            [
                info with
                {
                    NarSizeBytes = info.NarSizeBytes + 1,
                },
                info with
                {
                    References = info.References.Add(StorePath.Parse("0000000000000000000000000000000a-another")),
                },
                info with
                {
                    Path = StorePath.Create(info.Path.Hash, StorePathName.Parse("another")),
                },
                info with
                {
                    NarHash = Farm.Store.Hashing.Sha256Digest.Compute([1]),
                },
            ];
            Assert.All(changed, other => Assert.Equal(0, s_trusted.CountSignatures(StoreDir.Default, other)));
        }
    }

    private static IEnumerable<PathInfo> Infos()
    {
        using var manifest = JsonDocument.Parse(Vectors.Read("narinfo", "manifest.json"));
        foreach (var entry in manifest.RootElement.GetProperty("entries").EnumerateArray())
            yield return NarInfoParser
                .Parse(StoreDir.Default, Vectors.Read("narinfo", entry.GetProperty("narinfo").GetString()!))
                .Info;
    }

    private static string Text(string file) => Encoding.UTF8.GetString(Vectors.Read("narinfo", file));
}
