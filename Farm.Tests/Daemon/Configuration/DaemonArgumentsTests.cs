using Farm.Daemon.Configuration;

namespace Farm.Tests.Daemon.Configuration;

public sealed class DaemonArgumentsTests
{
    [Fact]
    public void The_flags_of_nix_daemon_are_understood()
    {
        var read = Parse(
            "--daemon --option cores 3 -j 4 --keep-going --no-fallback --extra-sandbox-paths /x --verbose"
        );
        Assert.Equal<NixAssignment>(
            [
                new("cores", "3"),
                new("max-jobs", "4"),
                new("keep-going", "true"),
                new("fallback", "false"),
                new("extra-sandbox-paths", "/x"),
            ],
            read.Settings
        );
        Assert.False(read.IsStdio);
        Assert.True(Parse("--stdio").IsStdio);
        Assert.True(Parse("--version").IsVersion);
        Assert.Equal(("http://h:1", null), (Parse("--farm http://h:1").Farm, read.Farm));
        Assert.Equal(
            (true, false, null),
            (Parse("--force-trusted").IsTrusted, Parse("--force-untrusted").IsTrusted, read.IsTrusted)
        );
    }

    [Fact]
    public void What_help_tells_of_is_taken()
    {
        foreach (var usage in DaemonFlag.All.SelectMany(flag => flag.Usage.Split(", ")))
        {
            var line = usage
                .Replace("--option NAME VALUE", "--option cores 4", StringComparison.Ordinal)
                .Replace("--NAME VALUE", "--cores 4", StringComparison.Ordinal)
                .Replace("NAME", "fallback", StringComparison.Ordinal)
                .Replace("ROOT", "/r", StringComparison.Ordinal);
            Assert.Empty(Parse(line).Warnings);
        }
    }

    [Fact]
    public void A_store_is_named_as_nix_names_it()
    {
        Assert.Equal("/tmp/r", Parse("--store /tmp/r").Root);
        Assert.Equal("/tmp/r", Parse("--store local?root=/tmp/r").Root);
        Assert.Null(Parse("--store auto").Root);
        Assert.Throws<NixConfException>(() => Parse("--store ssh://host"));
    }

    [Theory]
    [InlineData("--foo", "unrecognised flag '--foo'")]
    [InlineData("extra", "unexpected argument 'extra'")]
    [InlineData("--option cores", "flag '--option' needs a value")]
    public void What_is_no_flag_is_refused_in_the_words_of_nix(string line, string message) =>
        Assert.Equal(message, Assert.Throws<NixConfException>(() => Parse(line)).Message);

    [Fact]
    public void A_value_that_a_setting_does_not_take_is_only_warned_of()
    {
        var read = Parse("--option cores bar --option nonsense 1");
        Assert.Equal<string>(["warning: error: setting 'cores' has invalid value 'bar'"], read.Warnings);
        Assert.Equal<NixAssignment>([new("nonsense", "1")], read.Settings);
    }

    private static DaemonArguments Parse(string line) => DaemonArguments.Parse(line.Split(' '));
}
