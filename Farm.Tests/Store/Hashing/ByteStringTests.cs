using System.Text;
using Farm.Store.Hashing;
using FsCheck;
using FsCheck.Fluent;

namespace Farm.Tests.Store.Hashing;

public sealed class ByteStringTests
{
    [Fact]
    public void Equal_bytes_are_equal_values()
    {
        var one = ByteString.FromBytes([1, 2, 255]);
        var other = ByteString.FromBytes([1, 2, 255]);
        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
    }

    [Fact]
    public void The_default_is_the_empty_text() => Assert.Equal(ByteString.FromUtf8(""), default);

    [Fact]
    public void Order_is_that_of_bytes_and_not_of_UTF16()
    {
        // U+FF5E sorts behind U+1D11E as UTF-16, before it as UTF-8.
        var wide = ByteString.FromUtf8("\uFF5E");
        var astral = ByteString.FromUtf8("\U0001D11E");
        Assert.True(wide.CompareTo(astral) < 0);
        Assert.True(string.CompareOrdinal("\uFF5E", "\U0001D11E") > 0);
    }

    [Fact]
    public void ToString_shows_what_is_no_UTF8_as_Latin1() =>
        Assert.Equal("\u00ff\u00e9", ByteString.FromBytes([0xFF, 0xE9]).ToString());

    [Fact]
    public void TryGetUtf8_tells_bytes_that_are_no_UTF8() =>
        Assert.False(ByteString.FromBytes([0xC3, 0x28]).TryGetUtf8(out _));

    [Fact]
    public void FromUtf8_refuses_half_a_surrogate_pair() =>
        Assert.ThrowsAny<ArgumentException>(() => ByteString.FromUtf8("\ud800"));

    [Fact]
    public void Replace_replaces_as_strings_do() =>
        Prop.ForAll<NonNull<string>>(text =>
            {
                var digits = string.Concat(text.Get.Select(character => (char)('a' + (character % 3))));
                var replaced = ByteString
                    .FromUtf8(digits)
                    .Replace(ByteString.FromUtf8("ab"), ByteString.FromUtf8("cdd"));
                return replaced.ToString() == digits.Replace("ab", "cdd", StringComparison.Ordinal);
            })
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Text_survives_as_UTF8() =>
        Assert.Equal(
            "h\u00e9llo \u2603 \U0001D11E",
            ByteString.FromBytes(Encoding.UTF8.GetBytes("h\u00e9llo \u2603 \U0001D11E")).ToString()
        );
}
