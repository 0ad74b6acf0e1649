using Farm.Protocol;
using Farm.Store.Paths;
using Farm.Worker.Planning;
using Farm.Worker.Sandboxes;

namespace Farm.Tests.Worker.Planning;

public sealed class SandboxPlanTests
{
    private static string Rejected(BuildRequest request) =>
        Assert
            .IsType<BuildPlan.Rejected>(SandboxPlan.For(request, [], new SandboxSettings(), BuildRequests.Place))
            .Reason;

    [Theory]
    [InlineData("__noChroot", "1")]
    [InlineData("exportReferencesGraph", "graph /nix/store/94f9f6i31zwzwbf0kclq1naqxxi4c7v9-simple")]
    [InlineData("__impureHostDeps", "/etc/hosts")]
    [InlineData("requiredSystemFeatures", "recursive-nix")]
    public void For_rejects_what_it_cannot_honour(string attribute, string value) =>
        Assert.Contains(
            attribute == "requiredSystemFeatures" ? "recursive-nix" : attribute,
            Rejected(BuildRequests.Plain((attribute, value))),
            StringComparison.Ordinal
        );

    [Fact]
    public void For_shows_the_files_of_the_host_that_are_asked_for_and_allowed()
    {
        var settings = new SandboxSettings
        {
            AllowedHostFiles = ["/opt/given"],
            SandboxPaths = [new SandboxBind("/opt/given/a", "/elsewhere"), new SandboxBind("/x", "/x")],
        };
        var spec = BuildRequests.Ready(BuildRequests.Plain(("__impureHostDeps", "/opt/given/a /opt/given")), settings);
        Assert.Equal(
            [
                new SandboxBind("/x", "/x"),
                new SandboxBind("/opt/given", "/opt/given") { IsOptional = true },
                new SandboxBind("/opt/given/a", "/opt/given/a") { IsOptional = true },
            ],
            spec.Binds.ToArray()
        );
    }

    [Theory]
    [InlineData(SandboxMode.Relaxed)]
    [InlineData(SandboxMode.Off)]
    public void For_builds_in_the_sandbox_what_wants_none_where_that_is_allowed(SandboxMode mode) =>
        Assert.False(
            BuildRequests
                .Ready(BuildRequests.Plain(("__noChroot", "1")), new SandboxSettings { Mode = mode })
                .KeepsNetwork
        );

    [Fact]
    public void For_rejects_recursive_Nix_with_what_to_do_instead() =>
        Assert.Contains(
            "make what it needs its inputs",
            Rejected(BuildRequests.Plain(("requiredSystemFeatures", "recursive-nix"))),
            StringComparison.Ordinal
        );

    [Fact]
    public void For_rejects_malformed_attributes_with_their_fault() =>
        Assert.Contains(
            "structured attributes",
            Rejected(BuildRequests.Plain(("__json", "["))),
            StringComparison.OrdinalIgnoreCase
        );

    [Fact]
    public void For_keeps_the_network_only_for_fixed_outputs()
    {
        Assert.False(BuildRequests.Ready(BuildRequests.Plain()).KeepsNetwork);
        Assert.True(BuildRequests.Ready(BuildRequests.Fixed()).KeepsNetwork);
    }

    [Fact]
    public void For_shows_the_hosts_names_only_to_fixed_outputs()
    {
        Assert.Empty(BuildRequests.Ready(BuildRequests.Plain()).Binds);
        var spec = BuildRequests.Ready(BuildRequests.Fixed(), new SandboxSettings { CertificateFile = "/certs" });
        Assert.Equal(
            ["/etc/resolv.conf", "/etc/services", "/etc/hosts", "/etc/ssl/certs/ca-certificates.crt"],
            spec.Binds.Select(bind => bind.Target)
        );
        Assert.All(spec.Binds, bind => Assert.True(bind is { IsOptional: true, FollowsSource: true }));
    }

    [Fact]
    public void For_never_shows_a_build_its_own_outputs()
    {
        var other = StorePath.Parse("94f9f6i31zwzwbf0kclq1naqxxi4c7v9-simple");
        SandboxInput[] closure = [new(BuildRequests.Output, "/old"), new(other, "/s/simple"), new(other, "/s/simple")];
        var plan = SandboxPlan.For(BuildRequests.Plain(), closure, new SandboxSettings(), BuildRequests.Place);
        var input = Assert.Single(Assert.IsType<BuildPlan.Ready>(plan).Spec.Inputs);
        Assert.Equal(new SandboxInput(other, "/s/simple"), input);
    }

    [Theory]
    [InlineData("x86_64-linux", false, 0x40000)]
    [InlineData("x86_64-linux", true, 0x60000)]
    [InlineData("i686-linux", false, 0x40008)]
    [InlineData("i686-linux", true, 0x60008)]
    public void For_chooses_the_personality_by_platform(string platform, bool linux26, ulong personality)
    {
        var settings = new SandboxSettings { ImpersonatesLinux26 = linux26 };
        var spec = BuildRequests.Ready(BuildRequests.Plain() with { Platform = platform }, settings);
        Assert.Equal(personality, spec.Personality);
    }

    [Fact]
    public void For_takes_the_tighter_of_the_requests_and_the_workers_limits()
    {
        var settings = new SandboxSettings { Timeout = TimeSpan.FromMinutes(5), MaxLogBytes = 100 };
        var request = BuildRequests.Plain() with
        {
            Options = new BuildOptions(
                Timeout: TimeSpan.FromHours(1),
                MaxSilent: TimeSpan.FromMinutes(1),
                MaxLogBytes: 10
            ),
        };
        var spec = BuildRequests.Ready(request, settings);
        Assert.Equal(TimeSpan.FromMinutes(5), spec.Timeout);
        Assert.Equal(TimeSpan.FromMinutes(1), spec.MaxSilent);
        Assert.Equal(10, spec.MaxLogBytes);
    }

    [Fact]
    public void For_makes_the_files_of_etc_byte_for_byte()
    {
        var files = BuildRequests
            .Ready(BuildRequests.Plain())
            .EtcFiles.ToDictionary(file => file.Name, file => file.Content.ToString());
        Assert.Equal(
            "root:x:0:0:Nix build user:/build:/noshell\nnixbld:x:1000:100:Nix build user:/build:/noshell\n"
                + "nobody:x:65534:65534:Nobody:/:/noshell\n",
            files["passwd"]
        );
        Assert.Equal("root:x:0:\nnixbld:!:100:\nnogroup:x:65534:\n", files["group"]);
        Assert.Equal("127.0.0.1 localhost\n::1 localhost\n", files["hosts"]);
        Assert.Equal(["group", "hosts", "passwd"], files.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void For_tells_builds_with_network_how_names_are_found()
    {
        var files = BuildRequests.Ready(BuildRequests.Fixed()).EtcFiles;
        var names = files.Single(file => file.Name == "nsswitch.conf").Content.ToString();
        Assert.Equal("hosts: files dns\nservices: files\n", names);
    }
}
