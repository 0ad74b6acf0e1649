using Farm.Cli.Terminals;

namespace Farm.Tests.Cli.Terminals;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("512", 512)]
    [InlineData("512B", 512)]
    [InlineData("10G", 10L << 30)]
    [InlineData("500MiB", 500L << 20)]
    [InlineData("500 mib", 500L << 20)]
    [InlineData("1.5K", 1536)]
    [InlineData("2kB", 2000)]
    [InlineData("3TB", 3_000_000_000_000)]
    public void Sizes_are_understood(string text, long bytes)
    {
        Assert.True(ByteSize.TryParse(text, out var parsed));
        Assert.Equal(bytes, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("G")]
    [InlineData("-1")]
    [InlineData("1X")]
    [InlineData("1.2.3")]
    [InlineData("9999999T")]
    [InlineData("99999999999999999999999999999999")]
    [InlineData("1Gi")]
    public void Anything_else_is_refused(string text) => Assert.False(ByteSize.TryParse(text, out _));
}
