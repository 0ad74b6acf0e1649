using Farm.Daemon.Configuration;

namespace Farm.Tests.Daemon.Configuration;

public sealed class NixSettingsTests
{
    [Fact]
    public void A_setting_has_its_other_names_too()
    {
        var settings = NixSettings.Empty.With("build-max-jobs", "4").With("binary-caches", "http://cache");
        Assert.Equal("4", settings.Text("max-jobs"));
        Assert.Equal<string>(["http://cache"], settings.Words("substituters"));
    }

    [Fact]
    public void Extra_adds_to_a_list_and_to_its_default()
    {
        var settings = NixSettings.Empty.With("extra-trusted-users", "alice").With("extra-trusted-users", "@wheel");
        Assert.Equal<string>(["root", "alice", "@wheel"], settings.Words("trusted-users"));
        Assert.True(settings.KeepsDefault("trusted-users"));
        Assert.Equal<string>(["bob"], settings.With("trusted-users", "bob").Words("trusted-users"));
        Assert.False(settings.With("trusted-users", "bob").KeepsDefault("trusted-users"));
    }

    [Fact]
    public void Unknown_names_are_warned_of_in_order()
    {
        var settings = NixSettings.Empty.With("zebra", "1").With("extra-cores", "3").With("bogus", "");
        Assert.Equal(
            [
                "warning: unknown setting 'bogus'",
                "warning: unknown setting 'extra-cores'",
                "warning: unknown setting 'zebra'",
            ],
            settings.Warnings
        );
    }

    [Theory]
    [InlineData("cores", "abc", "setting 'cores' has invalid value 'abc'")]
    [InlineData("cores", "-1", "setting 'cores' has invalid value '-1'")]
    [InlineData("cores", "99999999999", "setting 'cores' has invalid value '99999999999'")]
    [InlineData("max-jobs", "x", "configuration setting 'max-jobs' should be 'auto' or an integer")]
    [InlineData("max-jobs", "-1", "configuration setting 'max-jobs' should be 'auto' or an integer")]
    [InlineData("sandbox", "yes", "option 'sandbox' has invalid value 'yes'")]
    [InlineData("keep-going", "maybe", "Boolean setting 'keep-going' has invalid value 'maybe'")]
    [InlineData("min-free", "10X", "setting 'min-free' has invalid value '10X'")]
    [InlineData("build-cores", "", "setting 'cores' has invalid value ''")]
    public void A_value_that_a_setting_does_not_take_is_refused_in_the_words_of_nix(
        string name,
        string value,
        string message
    ) => Assert.Equal(message, Assert.Throws<NixConfException>(() => NixSettings.Empty.With(name, value)).Message);

    [Theory]
    [InlineData("max-free", "18446744073709551615", long.MaxValue)]
    [InlineData("min-free", "2G", 2L << 30)]
    [InlineData("timeout", "-1", -1)]
    public void Numbers_may_have_units_and_be_as_large_as_nix_has_them(string name, string value, long number) =>
        Assert.Equal(number, NixSettings.Empty.With(name, value).Number(name, 0));
}
