using Farm.Store;
using Farm.Store.Signing;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Signing;

public sealed class SecretKeyTests
{
    [Fact]
    public void A_generated_key_is_read_back_and_its_signatures_are_verified()
    {
        var key = SecretKey.Generate("test-1");
        var again = SecretKey.Parse(key.Print());
        Assert.Equal(key.PublicKey, again.PublicKey);
        Assert.Equal(key.Sign("text"), again.Sign("text"));
        Assert.StartsWith("test-1:", key.Sign("text"), StringComparison.Ordinal);
        Assert.True(TrustedKeys.Of([key.PublicKey]).Verify("text"u8, key.Sign("text")));
    }

    [Fact]
    public void Two_generated_keys_differ() =>
        Assert.NotEqual(SecretKey.Generate("a").PublicKey, SecretKey.Generate("a").PublicKey);

    [Fact]
    public void Text_for_people_does_not_show_the_key()
    {
        var key = SecretKey.Generate("test-1");
        Assert.Equal("secret key 'test-1'", key.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a:b")]
    [InlineData("a b")]
    [InlineData("a\n")]
    public void A_name_that_could_not_be_read_back_is_refused(string name) =>
        Assert.Throws<NixFormatException>(() => SecretKey.Generate(name));

    [Fact]
    public void Line_feeds_and_missing_padding_are_read_as_Nix_reads_them()
    {
        var text = SecretKey.Generate("test-1").Print();
        var loose = text[..20] + "\n" + text[20..].TrimEnd('=') + "\n";
        Assert.Equal(text, SecretKey.Parse(loose).Print());
        Assert.Equal(text, SecretKey.Parse(text + " whatever").Print());
    }

    [Fact]
    public void What_is_no_key_is_refused_without_being_shown()
    {
        var text = SecretKey.Generate("test-1").Print();
        var secret = text[7..];
        string[] broken =
        [
            "",
            "test-1",
            secret,
            ":" + secret,
            text[..^10],
            "test-1:",
            "test-1: " + secret,
            text.Replace(secret[..4], "AAAA" + secret[..4], StringComparison.Ordinal),
            SecretKey.Generate("test-1").PublicKey.ToString(),
        ];
        Assert.All(
            broken,
            item =>
            {
                var error = Assert.Throws<NixFormatException>(() => SecretKey.Parse(item));
                Assert.DoesNotContain(secret[4..30], error.Message, StringComparison.Ordinal);
            }
        );
    }

    [Fact]
    public void Halves_of_two_keys_are_refused()
    {
        var one = Convert.FromBase64String(SecretKey.Generate("k").Print()[2..]);
        var other = Convert.FromBase64String(SecretKey.Generate("k").Print()[2..]);
        other.AsSpan(32).CopyTo(one.AsSpan(32));
        var error = Assert.Throws<NixFormatException>(() => SecretKey.Parse("k:" + Convert.ToBase64String(one)));
        Assert.Contains("do not belong together", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_file_is_for_its_owner_alone_and_is_never_overwritten()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.File("key");
        var key = SecretKey.Generate("test-1");
        await KeyFile.WriteNewSecretAsync(file, key, CancellationToken.None);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(key.Print(), await File.ReadAllTextAsync(file));
        var error = await Assert.ThrowsAsync<StoreException.FileSystem>(() =>
            KeyFile.WriteNewSecretAsync(file, SecretKey.Generate("test-2"), CancellationToken.None)
        );
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Equal(key.Print(), (await KeyFile.ReadSecretAsync(file, CancellationToken.None)).Print());
    }

    [Fact]
    public async Task A_file_without_a_key_is_named()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.File("key");
        await File.WriteAllTextAsync(file, "nothing");
        var error = await Assert.ThrowsAsync<NixFormatException>(() =>
            KeyFile.ReadSecretAsync(file, CancellationToken.None)
        );
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreException.FileSystem>(() =>
            KeyFile.ReadSecretAsync(directory.File("absent"), CancellationToken.None)
        );
    }
}
