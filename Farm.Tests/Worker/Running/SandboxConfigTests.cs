using Farm.Store.Paths;
using Farm.Worker.Planning;
using Farm.Worker.Running;

namespace Farm.Tests.Worker.Running;

public sealed class SandboxConfigTests
{
    private static SandboxSettings Read(string hocon) =>
        SandboxConfig.Read(ConfigurationFactory.ParseString($"farm.sandbox {{ {hocon} }}"), StoreDir.Default);

    [Fact]
    public void Read_gives_no_limit_where_a_setting_is_zero()
    {
        var settings = Read("timeout = 0s, max-silent-time = 0s, max-build-log-size = 0B, max-processes = 0");
        Assert.Null(settings.Timeout);
        Assert.Null(settings.MaxSilent);
        Assert.Null(settings.MaxLogBytes);
        Assert.Null(settings.MaxProcesses);
    }

    [Fact]
    public void Read_leaves_recursive_nix_off_unless_it_is_on()
    {
        Assert.False(Read("").HasRecursiveNix);
        Assert.True(Read("recursive-nix = on").HasRecursiveNix);
    }

    [Fact]
    public void Read_takes_limits_with_their_units()
    {
        var settings = Read("timeout = 2h, max-silent-time = 90s, max-build-log-size = 1 MiB, max-processes = 99");
        Assert.Equal(TimeSpan.FromHours(2), settings.Timeout);
        Assert.Equal(TimeSpan.FromSeconds(90), settings.MaxSilent);
        Assert.Equal(1 << 20, settings.MaxLogBytes);
        Assert.Equal(99, settings.MaxProcesses);
    }

    [Theory]
    [InlineData("", SandboxMode.On)]
    [InlineData("sandbox = on", SandboxMode.On)]
    [InlineData("sandbox = true", SandboxMode.On)]
    [InlineData("sandbox = relaxed", SandboxMode.Relaxed)]
    [InlineData("sandbox = off", SandboxMode.Off)]
    public void Read_understands_the_modes_of_the_sandbox(string hocon, SandboxMode mode) =>
        Assert.Equal(mode, Read(hocon).Mode);

    [Theory]
    [InlineData("sandbox = maybe", "maybe")]
    [InlineData("allowed-impure-host-deps = [\"/\"]", "'/'")]
    [InlineData("allowed-impure-host-deps = [\"/a/../b\"]", "/a/../b")]
    [InlineData("allowed-impure-host-deps = [\"a\"]", "'a'")]
    public void Read_names_the_value_that_breaks_a_rule(string hocon, string value) =>
        Assert.Contains(
            value,
            Assert.Throws<ConfigurationException>(() => Read(hocon)).Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("/bin/sh=/bin/busybox", "/bin/sh", "/bin/busybox", false)]
    [InlineData("/x", "/x", "/x", false)]
    [InlineData("/x=/y?", "/x", "/y", true)]
    public void Read_understands_sandbox_paths(string entry, string target, string source, bool isOptional)
    {
        var bind = Assert.Single(Read($"sandbox-paths = [\"{entry}\"]").SandboxPaths);
        Assert.Equal((target, source, isOptional), (bind.Target, bind.Source, bind.IsOptional));
    }

    [Theory]
    [InlineData("sandbox-paths = [\"bin/sh\"]", "farm.sandbox.sandbox-paths")]
    [InlineData("build-dir = \"/\"", "farm.sandbox.build-dir")]
    [InlineData("build-dir = \"/nix\"", "farm.sandbox.build-dir")]
    public void Read_names_the_key_of_a_malformed_value(string hocon, string key) =>
        Assert.Contains(
            key,
            Assert.Throws<ConfigurationException>(() => Read(hocon)).Message,
            StringComparison.Ordinal
        );
}
