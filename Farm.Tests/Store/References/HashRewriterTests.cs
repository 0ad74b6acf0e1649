using System.Buffers;
using System.Text;
using System.Text.Json;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Store.References;
using Farm.Tests.Support;

namespace Farm.Tests.Store.References;

public sealed class HashRewriterTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_rewriter_replaces_what_a_naive_replacement_replaces(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var paths = Enumerable.Range(0, 4).Select(_ => ReferenceScannerTests.SomePath(random)).ToArray();
            var data = ReferenceScannerTests.SomeData(random, paths);
            var rewriter = new HashRewriter([KeyValuePair.Create(paths[0].Hash, paths[1].Hash)]);
            var output = new ArrayBufferWriter<byte>();
            for (var at = 0; at < data.Length; )
            {
                var length = Math.Min(data.Length - at, random.Next(60));
                rewriter.Feed(data.AsSpan(at, length), output);
                at += length;
            }
            rewriter.Finish(output);
            var text = Encoding.Latin1.GetString(data);
            var from = paths[0].Hash.ToString();
            Assert.Equal(
                text.Replace(from, paths[1].Hash.ToString(), StringComparison.Ordinal),
                Encoding.Latin1.GetString(output.WrittenSpan)
            );
            Assert.Equal(Occurrences(text, from), rewriter.Offsets);
        }
    }

    [Fact]
    public void Several_hashes_are_replaced_in_one_pass_without_replacing_replacements()
    {
        var a = StorePathHash.Parse("8bznhhm6dlj274in8lqs9av03bg1xdab");
        var b = StorePathHash.Parse("0qmn2l8wrkar36vxrfcxbgp7qbn7793q");
        var rewriter = new HashRewriter([KeyValuePair.Create(a, b), KeyValuePair.Create(b, a)]);
        var output = new ArrayBufferWriter<byte>();
        rewriter.Feed(Encoding.ASCII.GetBytes($"{a}{b}-{a}"), output);
        rewriter.Finish(output);
        Assert.Equal($"{b}{a}-{b}", Encoding.ASCII.GetString(output.WrittenSpan));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void A_NAR_with_a_self_reference_hashes_and_rewrites_as_in_Nix(int pieceLength)
    {
        using var file = JsonDocument.Parse(Vectors.Read("store-paths", "store-paths.json"));
        var item = file
            .RootElement.GetProperty("contentAddressed")
            .EnumerateArray()
            .Single(entry => entry.TryGetProperty("originalNarHex", out _));
        var nar = Convert.FromHexString(item.GetProperty("originalNarHex").GetString()!);
        var original = StoreDir.Default.ParsePath(item.GetProperty("originalPath").GetString()!);
        var final = StoreDir.Default.ParsePath(item.GetProperty("path").GetString()!);
        using var hasher = new ModuloHasher(HashAlgorithm.Sha256, original.Hash);
        foreach (var piece in nar.Chunk(pieceLength))
            hasher.Feed(piece);
        var modulo = hasher.Finish();
        Assert.Equal(item.GetProperty("moduloHashHex").GetString(), modulo.Encode(HashFormat.Base16));
        Assert.Equal([107], hasher.Offsets);
        Assert.Equal(
            final,
            StorePathMaker.Source(
                StoreDir.Default,
                StorePathName.Parse(final.Name),
                modulo.ToSha256(),
                [],
                hasSelfReference: true
            )
        );

        var rewriter = new HashRewriter([KeyValuePair.Create(original.Hash, final.Hash)]);
        var output = new ArrayBufferWriter<byte>();
        foreach (var piece in nar.Chunk(pieceLength))
            rewriter.Feed(piece, output);
        rewriter.Finish(output);
        Assert.Equal(
            item.GetProperty("rewrittenNarHash").GetString(),
            Sha256Digest.Compute(output.WrittenSpan).Print(HashFormat.Sri)
        );
    }

    [Fact]
    public void Without_a_self_reference_the_hash_is_the_ordinary_one()
    {
        using var hasher = new ModuloHasher(HashAlgorithm.Sha512, default);
        hasher.Feed("nothing here"u8);
        Assert.Equal(Hash.Compute(HashAlgorithm.Sha512, "nothing here"u8), hasher.Finish());
    }

    private static IEnumerable<long> Occurrences(string text, string part)
    {
        for (var at = text.IndexOf(part, StringComparison.Ordinal); at >= 0; )
        {
            yield return at;
            at = text.IndexOf(part, at + part.Length, StringComparison.Ordinal);
        }
    }
}
