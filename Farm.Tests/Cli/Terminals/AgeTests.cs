using Farm.Cli.Terminals;

namespace Farm.Tests.Cli.Terminals;

public sealed class AgeTests
{
    [Theory]
    [InlineData("30d", 30 * 24 * 3600)]
    [InlineData("12h", 12 * 3600)]
    [InlineData("2w", 14 * 24 * 3600)]
    [InlineData("90m", 5400)]
    [InlineData("0s", 0)]
    public void Ages_are_understood(string text, int seconds)
    {
        Assert.True(Age.TryParse(text, out var age));
        Assert.Equal(TimeSpan.FromSeconds(seconds), age);
    }

    [Theory]
    [InlineData("")]
    [InlineData("d")]
    [InlineData("30")]
    [InlineData("-3d")]
    [InlineData("1.5d")]
    [InlineData("2147483647w")]
    public void Anything_else_is_refused(string text) => Assert.False(Age.TryParse(text, out _));
}
