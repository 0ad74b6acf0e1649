using System.Text;
using System.Text.Json;
using Farm.Store;
using Farm.Store.Hashing;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Hashing;

public sealed class HashTests
{
    private const string EmptySha256 = "sha256:0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73";

    public static TheoryData<string, string, string, string, string, string> Formats()
    {
        using var file = JsonDocument.Parse(Vectors.Read("base32", "hash-formats.json"));
        var formats = new TheoryData<string, string, string, string, string, string>();
        foreach (var item in file.RootElement.EnumerateArray())
        {
            formats.Add(Text("input"), Text("algo"), Text("base16"), Text("nix32"), Text("base64"), Text("sri"));
            string Text(string key) => item.GetProperty(key).GetString()!;
        }
        return formats;
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_hash_prints_and_parses_in_every_format(
        string input,
        string algorithm,
        string base16,
        string nix32,
        string base64,
        string sri
    )
    {
        var hash = Hash.Compute(HashText.ParseAlgorithm(algorithm), Encoding.UTF8.GetBytes(input));
        Assert.Equal($"{algorithm}:{base16}", hash.Print(HashFormat.Base16));
        Assert.Equal($"{algorithm}:{nix32}", hash.Print(HashFormat.Nix32));
        Assert.Equal($"{algorithm}:{base64}", hash.Print(HashFormat.Base64));
        Assert.Equal(sri, hash.Print(HashFormat.Sri));
        Assert.All(
            [$"{algorithm}:{base16}", $"{algorithm}:{nix32}", $"{algorithm}:{base64}", sri],
            text => Assert.Equal(hash, Hash.Parse(text))
        );
        Assert.All([base16, nix32, base64], text => Assert.Equal(hash, Hash.Parse(text, hash.Algorithm)));
    }

    [Fact]
    public void Parse_reads_upper_case_base16() =>
        Assert.Equal(
            Hash.Parse(EmptySha256),
            Hash.Parse("sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")
        );

    [Fact]
    public void Parse_reads_SRI_without_padding() =>
        Assert.Equal(Hash.Parse(EmptySha256), Hash.Parse("sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"));

    [Fact]
    public void Parse_reads_SRI_with_a_line_feed_in_it() =>
        Assert.Equal(Hash.Parse(EmptySha256), Hash.Parse("sha256-47DEQpj8HBSa+/TImW+5\nJCeuQeRkm5NMpJWZG3hSuFU="));

    [Theory]
    [InlineData("")]
    [InlineData("0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73")]
    [InlineData("sha257:0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73")]
    [InlineData("SHA256:0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73")]
    [InlineData("sha1:0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73")]
    [InlineData("sha256-0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73")]
    [InlineData("sha256:")]
    [InlineData("sha256-47DEQpj8HBSa+/TImW+5 JCeuQeRkm5NMpJWZG3hSuFU=")]
    [InlineData("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85g")]
    public void Parse_refuses_what_is_no_prefixed_hash(string text) =>
        Assert.Throws<NixFormatException>(() => Hash.Parse(text));

    [Fact]
    public void Parse_refuses_another_algorithm_than_the_expected() =>
        Assert.Throws<NixFormatException>(() => Hash.Parse(EmptySha256, HashAlgorithm.Sha512));

    [Fact]
    public void Parse_refuses_very_long_text() =>
        Assert.Throws<NixFormatException>(() => Hash.Parse("sha256-" + new string('\n', 1000)));

    [Fact]
    public void Hashes_are_ordered_by_length_then_bytes_then_algorithm()
    {
        var sha1 = Hash.FromBytes(HashAlgorithm.Sha1, Enumerable.Repeat((byte)255, 20).ToArray());
        var small = Hash.FromBytes(HashAlgorithm.Sha256, [.. Enumerable.Repeat((byte)0, 31), 1]);
        var large = Hash.FromBytes(HashAlgorithm.Sha256, [1, .. Enumerable.Repeat((byte)0, 31)]);
        Assert.Equal([sha1, small, large], new[] { large, small, sha1 }.Order());
    }

    [Fact]
    public void The_default_hash_throws_on_use() =>
        Assert.Throws<InvalidOperationException>(() => default(Hash).ToString());

    [Fact]
    public void A_SHA256_digest_keeps_its_bytes()
    {
        var digest = Sha256Digest.Compute("hello"u8);
        var bytes = new byte[32];
        digest.CopyTo(bytes);
        Assert.Equal("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", digest.ToBase16());
        Assert.Equal(digest.ToBase16(), Convert.ToHexStringLower(bytes));
        Assert.Equal(digest, Sha256Digest.Parse(digest.ToString()));
        Assert.Equal(digest, digest.ToHash().ToSha256());
    }

    [Fact]
    public void SHA256_digests_are_ordered_by_bytes_from_left_to_right()
    {
        var low = Sha256Digest.FromBytes([.. Enumerable.Repeat((byte)0, 31), 255]);
        var high = Sha256Digest.FromBytes([1, .. Enumerable.Repeat((byte)0, 31)]);
        Assert.True(low.CompareTo(high) < 0);
    }
}
