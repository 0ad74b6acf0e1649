using Farm.Store;
using Farm.Store.Hashing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Signing;

namespace Farm.Tests.Store.Signing;

public sealed class TrustedKeysTests
{
    private static readonly PathInfo s_info = new()
    {
        Path = StorePath.Parse("0qmn2l8wrkar36vxrfcxbgp7qbn7793q-x"),
        NarHash = Sha256Digest.Compute([1]),
        NarSizeBytes = 880,
    };

    [Fact]
    public void One_right_signature_among_others_is_enough()
    {
        var (mine, other) = (SecretKey.Generate("mine"), SecretKey.Generate("other"));
        var trusted = TrustedKeys.Of([mine.PublicKey]);
        var info = Signed(other.Sign(StoreDir.Default, s_info), mine.Sign(StoreDir.Default, s_info), "third:AAAA");
        Assert.True(trusted.Verify(StoreDir.Default, info));
        Assert.Equal(1, trusted.CountSignatures(StoreDir.Default, info));
        Assert.False(TrustedKeys.None.Verify(StoreDir.Default, info));
    }

    [Fact]
    public void Of_two_keys_with_one_name_the_first_counts()
    {
        var (first, second) = (SecretKey.Generate("k"), SecretKey.Generate("k"));
        var trusted = TrustedKeys.Of([first.PublicKey, second.PublicKey]);
        Assert.True(trusted.Verify(StoreDir.Default, Signed(first.Sign(StoreDir.Default, s_info))));
        Assert.False(trusted.Verify(StoreDir.Default, Signed(second.Sign(StoreDir.Default, s_info))));
    }

    [Fact]
    public void A_signature_of_another_path_does_not_count()
    {
        var key = SecretKey.Generate("k");
        var other = s_info with { Path = StorePath.Parse("1qmn2l8wrkar36vxrfcxbgp7qbn7793q-x") };
        Assert.False(
            TrustedKeys.Of([key.PublicKey]).Verify(StoreDir.Default, Signed(key.Sign(StoreDir.Default, other)))
        );
    }

    [Fact]
    public void A_signature_of_a_trusted_name_with_another_length_is_an_error_and_of_another_name_is_none()
    {
        var key = SecretKey.Generate("k");
        var trusted = TrustedKeys.Of([key.PublicKey]);
        Assert.Throws<NixFormatException>(() => trusted.Verify(StoreDir.Default, Signed("k:AAAA")));
        Assert.False(trusted.Verify(StoreDir.Default, Signed("j:AAAA")));
    }

    [Fact]
    public void What_is_addressed_by_its_content_needs_no_signature()
    {
        var address = ContentAddress.Create(ContentAddressMethod.Nar, s_info.NarHash.ToHash());
        var info = s_info with
        {
            ContentAddress = address,
            Path = StorePathMaker.Fixed(StoreDir.Default, StorePathName.Parse("x"), address),
        };
        Assert.True(TrustedKeys.None.Verify(StoreDir.Default, info));
        Assert.False(TrustedKeys.None.Verify(StoreDir.Default, s_info with { ContentAddress = address }));
    }

    [Theory]
    [InlineData("")]
    [InlineData("name")]
    [InlineData(":8I+Vei6jiy9l7kUSn7dnwvGx97FI++po6LHdWyoxOHI=")]
    [InlineData("name:8I+Vei6jiy9l7kUSn7dnwvGx97FI++po6LHdWyoxOA==")]
    [InlineData("name:8I+Vei6jiy9l7kUSn7dnwvGx97FI++po6LHdWyoxOHKAAAA=")]
    [InlineData("name:8I+Vei6jiy9l7kUSn7dnwvGx97FI++po6LHdWyoxOHI\r")]
    public void What_is_no_public_key_is_refused(string text) =>
        Assert.Throws<NixFormatException>(() => PublicKey.Parse(text));

    [Fact]
    public void Keys_are_equal_by_name_and_bytes()
    {
        const string text = "name:8I+Vei6jiy9l7kUSn7dnwvGx97FI++po6LHdWyoxOHI=";
        Assert.Equal(PublicKey.Parse(text), PublicKey.Parse(text.TrimEnd('=') + "\n"));
        Assert.NotEqual(PublicKey.Parse(text), PublicKey.Parse("o" + text));
    }

    private static PathInfo Signed(params string[] signatures) => s_info with { Signatures = [.. signatures] };
}
