using System.Runtime.InteropServices;
using Farm.Tests.Conventions;
using Farm.Worker;

namespace Farm.Tests.Worker;

public sealed class WorkerSettingsTests
{
    private static readonly Config Defaults = ConfigurationFactory.ParseString(SourceTree.Text("cluster.hocon"));

    [Fact]
    public void The_defaults_are_complete()
    {
        var settings = WorkerSettings.From(Defaults);
        Assert.Equal(new Uri("http://127.0.0.1:7410/"), settings.Coordinator);
        Assert.Equal(0, settings.Listen.Port);
        Assert.Null(settings.AdvertisedUrl);
        Assert.Equal(TimeSpan.FromMinutes(10), settings.GracePeriod);
        Assert.True(settings.Capabilities.Slots > 0);
        Assert.NotEmpty(settings.Capabilities.Systems);
        Assert.Contains("big-parallel", settings.Capabilities.SupportedFeatures);
    }

    [Fact]
    public void A_machine_that_runs_programs_of_32_bits_builds_for_both()
    {
        Assert.Equal(
            ["i686-linux", "x86_64-linux"],
            WorkerSettings.SystemsOf(Architecture.X64, runs32Bit: true).AsEnumerable()
        );
        Assert.Equal(["x86_64-linux"], WorkerSettings.SystemsOf(Architecture.X64, runs32Bit: false).AsEnumerable());
    }

    [Fact]
    public void Recursive_nix_is_offered_where_the_sandbox_has_it_and_nowhere_else()
    {
        Assert.DoesNotContain("recursive-nix", WorkerSettings.From(Defaults).Capabilities.SupportedFeatures);
        var on = ConfigurationFactory.ParseString("farm.sandbox.recursive-nix = on").WithFallback(Defaults);
        Assert.Contains("recursive-nix", WorkerSettings.From(on).Capabilities.SupportedFeatures);
    }

    [Theory]
    [InlineData("features = [\"recursive-nix\"]", "farm.worker.features")]
    [InlineData("name = \"-x\"", "farm.worker.name")]
    [InlineData("coordinator = \"ftp://host\"", "farm.worker.coordinator")]
    [InlineData("listen = \"here\"", "farm.worker.listen")]
    [InlineData("data-dir = \"relative\"", "farm.worker.data-dir")]
    [InlineData("fetch-parallelism = 0", "farm.worker.fetch-parallelism")]
    [InlineData("grace-period = 0s", "farm.worker.grace-period")]
    [InlineData("log-window = 1kB", "farm.worker.log-window")]
    [InlineData("speed-factor = 0", "farm.worker")]
    public void A_value_that_breaks_a_rule_is_refused_by_its_key(string setting, string key)
    {
        var config = ConfigurationFactory.ParseString($"farm.worker {{ {setting} }}").WithFallback(Defaults);
        var refusal = Assert.Throws<ConfigurationException>(() => WorkerSettings.From(config));
        Assert.Contains(key, refusal.Message, StringComparison.Ordinal);
    }
}
