using Farm.Daemon.Configuration;
using Farm.Tests.Support;

namespace Farm.Tests.Daemon.Configuration;

public sealed class NixConfigurationTests
{
    [Fact]
    public void The_command_line_counts_more_than_the_variable_and_that_more_than_the_users_files_and_those_than_the_machines()
    {
        var files = new Dictionary<string, string>
        {
            ["/c/nix.conf"] = "cores = 1\ntimeout = 1\nmax-silent-time = 1\nlog-lines = 1\nrepeat = 1",
            ["/u/second"] = "timeout = 2\nmax-silent-time = 2\nlog-lines = 2\nrepeat = 2",
            ["/u/first"] = "max-silent-time = 3\nlog-lines = 3\nrepeat = 3",
        };
        var directories = Directories(("NIX_CONF_DIR", "/c"), ("NIX_USER_CONF_FILES", "/u/first:/u/second:/u/none"));
        var settings = NixConfiguration.Read(
            directories,
            files.GetValueOrDefault,
            "log-lines = 4\nrepeat = 4",
            [new NixAssignment("repeat", "5")]
        );
        string[] names = ["cores", "timeout", "max-silent-time", "log-lines", "repeat"];
        Assert.Equal(["1", "2", "3", "4", "5"], names.Select(settings.Text));
    }

    [Fact]
    public void Directories_are_those_of_nix_unless_a_variable_names_others()
    {
        var usual = Directories(("HOME", "/home/u"));
        Assert.Equal("/nix/store", usual.StoreDir.Text);
        Assert.Equal("/nix/var/nix/daemon-socket/socket", usual.SocketPath);
        Assert.Equal("/etc/nix/nix.conf", usual.ConfFile);
        Assert.Equal<string>(["/home/u/.config/nix/nix.conf", "/etc/xdg/nix/nix.conf"], usual.UserConfFiles);
        var other = Directories(
            ("NIX_STORE_DIR", "/gnu/store"),
            ("NIX_STATE_DIR", "/s"),
            ("NIX_LOG_DIR", "/l"),
            ("XDG_CONFIG_HOME", "/x"),
            ("XDG_CONFIG_DIRS", "/y:/z")
        );
        Assert.Equal("/s/daemon-socket/socket", other.SocketPath);
        Assert.Equal<string>(["/x/nix/nix.conf", "/y/nix/nix.conf", "/z/nix/nix.conf"], other.UserConfFiles);
        var layout = other.Layout;
        Assert.Equal(("/gnu/store", "/s/db", "/l"), (layout.PhysicalStoreDir, layout.DatabaseDir, layout.LogDir));
        Assert.Throws<NixConfException>(() => Directories(("NIX_STATE_DIR", "here")));
    }

    [Fact]
    public void Settings_come_to_the_store_the_caches_the_sandbox_and_the_builds()
    {
        var read = From(
            """
            auto-optimise-store = true
            keep-outputs = true
            min-free = 1000
            require-sigs = false
            substituters = https://a.example?priority=5 file:///b
            connect-timeout = 7
            max-jobs = auto
            cores = 3
            sandbox-paths = /bin/sh=/bin/busybox /opt?
            extra-platforms = armv7l-linux
            extra-system-features = gccarch-skylake
            timeout = 60
            trusted-users = root @wheel
            """
        );
        Assert.True(read.Store.Optimise);
        Assert.True(read.Store.Collector.Keep.Outputs);
        Assert.Equal(1000, read.Store.Collector.MinFreeBytes);
        Assert.False(read.Store.Signing.RequireSignatures);
        Assert.Equal(["https://a.example", "file:///b"], read.Substituters.Caches.Select(cache => cache.Shown));
        Assert.Equal(TimeSpan.FromSeconds(7), read.Substituters.Http.ConnectTimeout);
        Assert.Equal(8, read.Build.MaxJobs);
        Assert.Equal(3, read.Sandbox.Cores);
        Assert.Equal(["/bin/sh", "/opt"], read.Sandbox.SandboxPaths.Select(bind => bind.Target));
        Assert.True(read.Build.Builds("armv7l-linux") && !read.Build.Builds("i686-linux"));
        Assert.Equal(["benchmark", "big-parallel", "gccarch-skylake", "nixos-test"], read.Build.SystemFeatures);
        Assert.Equal(TimeSpan.FromMinutes(1), read.Build.Timeout);
        Assert.Equal<string>(["root", "@wheel"], read.TrustedUsers);
        Assert.Equal<string>(["*"], read.AllowedUsers);
    }

    [Fact]
    public void A_static_shell_is_there_unless_the_paths_are_given()
    {
        Assert.Equal(["/bin/sh"], From("").Sandbox.SandboxPaths.Select(bind => bind.Target));
        Assert.Equal(
            ["/bin/sh", "/x"],
            From("extra-sandbox-paths = /x").Sandbox.SandboxPaths.Select(bind => bind.Target)
        );
        Assert.Equal(["/x"], From("sandbox-paths = /x").Sandbox.SandboxPaths.Select(bind => bind.Target));
    }

    [RequiresNixFact]
    public async Task Every_setting_of_the_real_nix_is_known_with_its_other_names()
    {
        using var nix = new RealNix();
        var (exit, output, error) = await nix.TryRunAsync(
            "nix",
            ["--extra-experimental-features", "nix-command", "show-config", "--json"],
            new Dictionary<string, string>(),
            CancellationToken.None
        );
        Assert.True(exit == 0, error);
        using var json = System.Text.Json.JsonDocument.Parse(output);
        foreach (var setting in json.RootElement.EnumerateObject())
        {
            Assert.True(NixSettingTable.Find(setting.Name) is not null, setting.Name);
            foreach (var alias in setting.Value.GetProperty("aliases").EnumerateArray())
                Assert.Equal(setting.Name, NixSettingTable.NameOf(alias.GetString() ?? ""));
        }
    }

    private static DaemonConfiguration From(string text)
    {
        var settings = NixSettings.Empty.With(NixConfText.Read(text, "nix.conf", _ => null));
        Assert.Empty(settings.Unknown);
        return DaemonConfiguration.From(
            Directories(),
            settings,
            new MachineFacts
            {
                Cores = 8,
                System = "x86_64-linux",
                StaticShell = "/bin/busybox",
            }
        );
    }

    private static NixDirectories Directories(params (string Name, string Value)[] variables) =>
        NixDirectories.From(variables.ToDictionary(one => one.Name, one => one.Value).GetValueOrDefault);
}
