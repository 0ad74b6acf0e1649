using System.Text.Json;
using Farm.Store;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Paths;

public sealed class ContentAddressTests
{
    private const string Digest = "1v34ydlrvadxn6xn6crssg4b1swd34axr68d3snw7g8cc5a0r82w";

    [Theory]
    [InlineData("text:sha256:" + Digest, ContentAddressMethod.Text)]
    [InlineData("fixed:sha256:" + Digest, ContentAddressMethod.Flat)]
    [InlineData("fixed:r:sha256:" + Digest, ContentAddressMethod.Nar)]
    [InlineData("fixed:git:sha256:" + Digest, ContentAddressMethod.Git)]
    [InlineData("fixed:git:sha1:143xibwh31h9bvxzalr0sjvbbvpa6ffs", ContentAddressMethod.Git)]
    [InlineData("fixed:r:md5:3y8bwfr609h3lh9ch0izcqq7fl", ContentAddressMethod.Nar)]
    public void Parse_reads_what_is_printed(string text, ContentAddressMethod method)
    {
        var address = ContentAddress.Parse(text);
        Assert.Equal(method, address.Method);
        Assert.Equal(text, address.ToString());
        Assert.Equal(address, ContentAddress.Parse(text));
    }

    [Fact]
    public void Parse_reads_base16_and_prints_nix32() =>
        Assert.Equal(
            "fixed:r:sha256:" + Digest,
            ContentAddress.Parse($"fixed:r:{Hash.Parse("sha256:" + Digest).Print(HashFormat.Base16)}").ToString()
        );

    [Theory]
    [InlineData("")]
    [InlineData("sha256:" + Digest)]
    [InlineData("fixed:" + Digest)]
    [InlineData("text:" + Digest)]
    [InlineData("text:r:sha256:" + Digest)]
    [InlineData("text:md5:3y8bwfr609h3lh9ch0izcqq7fl")]
    [InlineData("fixed:text:sha256:" + Digest)]
    [InlineData("fixed:git:md5:3y8bwfr609h3lh9ch0izcqq7fl")]
    [InlineData("fixed:x:sha256:" + Digest)]
    [InlineData("fixed:r:sha256:" + Digest + "0")]
    [InlineData("fixed:r:sha256:sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")]
    [InlineData("fixed:r:sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")]
    public void Parse_refuses_what_is_no_content_address(string text) =>
        Assert.Throws<NixFormatException>(() => ContentAddress.Parse(text));

    [Fact]
    public void Create_refuses_a_text_method_with_another_hash_than_SHA256() =>
        Assert.Throws<NixFormatException>(() =>
            ContentAddress.Create(ContentAddressMethod.Text, Hash.Compute(HashAlgorithm.Sha1, []))
        );

    [Fact]
    public void The_golden_hash_is_read()
    {
        using var file = JsonDocument.Parse(Vectors.Read("golden", "content-address", "nar.json"));
        var hash = Hash.Parse(file.RootElement.GetProperty("hash").GetString()!);
        var address = ContentAddress.Create(ContentAddressMethod.Nar, hash);
        Assert.Equal(address, ContentAddress.Parse(address.ToString()));
    }

    [Theory]
    [InlineData("sha256")]
    [InlineData("r:sha1")]
    [InlineData("text:sha256")]
    [InlineData("git:sha1")]
    public void A_method_with_its_algorithm_prints_as_it_was_read(string text) =>
        Assert.Equal(text, MethodAlgorithm.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("r:")]
    [InlineData("nar:sha256")]
    [InlineData("text:sha1")]
    [InlineData("git:sha512")]
    [InlineData("r:r:sha256")]
    public void A_method_that_does_not_exist_or_fit_is_refused(string text) =>
        Assert.Throws<NixFormatException>(() => MethodAlgorithm.Parse(text));
}
