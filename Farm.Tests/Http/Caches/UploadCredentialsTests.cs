using System.Text;
using Farm.Http.Caches;
using Farm.Store;
using Farm.Tests.Support;

namespace Farm.Tests.Http.Caches;

public sealed class UploadCredentialsTests
{
    private static readonly UploadCredentials s_credentials = UploadCredentials.Parse(
        "# two\n\nalice:alice-has-a-secret\n  bob:bob:has:one:with:colons  \n"
    );

    [Theory]
    [InlineData("Bearer alice-has-a-secret", "alice")]
    [InlineData("bearer bob:has:one:with:colons", "bob")]
    [InlineData("Bearer alice", null)]
    [InlineData("Bearer", null)]
    [InlineData("Bearer ", null)]
    [InlineData("Digest alice-has-a-secret", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_secret_is_a_bearer_token(string? header, string? expected) =>
        Assert.Equal(expected, s_credentials.Find(header));

    [Theory]
    [InlineData("alice:alice-has-a-secret", "alice")]
    [InlineData("bob:bob:has:one:with:colons", "bob")]
    [InlineData("bob:alice-has-a-secret", null)]
    [InlineData("alice:", null)]
    public void Name_and_secret_are_basic_authentication(string user, string? expected) =>
        Assert.Equal(expected, s_credentials.Find("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(user))));

    [Fact]
    public void What_is_no_base_64_is_nobody() => Assert.Null(s_credentials.Find("Basic ???"));

    [Theory]
    [InlineData("alice")]
    [InlineData(":a-secret-of-some-length")]
    [InlineData("alice:short")]
    public void A_line_without_name_or_with_a_short_secret_is_refused_and_not_repeated(string line)
    {
        var refused = Assert.Throws<NixFormatException>(() => UploadCredentials.Parse($"# first\n{line}\n"));
        Assert.Contains("Line 2", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("a-secret", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_every_user_may_read_is_refused()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.File("credentials");
        await File.WriteAllTextAsync(file, "alice:alice-has-a-secret\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        await Assert.ThrowsAsync<NixFormatException>(() => UploadCredentials.ReadAsync(file, CancellationToken.None));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Equal(
            "alice",
            (await UploadCredentials.ReadAsync(file, CancellationToken.None)).Find("Bearer alice-has-a-secret")
        );
    }
}
