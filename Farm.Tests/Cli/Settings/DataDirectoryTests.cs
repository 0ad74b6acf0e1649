using Farm.Cli.Settings;

namespace Farm.Tests.Cli.Settings;

public sealed class DataDirectoryTests
{
    [Fact]
    public void Root_has_the_directory_of_the_system() =>
        Assert.Equal("/var/lib/farm", DataDirectory.Default(true, "/state", "/root"));

    [Fact]
    public void Others_have_one_of_their_own() =>
        Assert.Equal("/state/farm", DataDirectory.Default(false, "/state", "/home/a"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("relative")]
    public void An_unusable_state_home_counts_as_unset(string? stateHome) =>
        Assert.Equal("/home/a/.local/state/farm", DataDirectory.Default(false, stateHome, "/home/a"));
}
