using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Worker.Planning;

namespace Farm.Tests.Worker.Planning;

public sealed class BuildEnvironmentTests
{
    private static readonly SandboxSettings TwoCores = new() { Cores = 2 };

    /// <summary>The shell of the probe sets SHLVL by itself.</summary>
    private static string[] Probed(string file) =>
        [
            .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Vectors", "builder", file))
                .SkipWhile(line => line != "## env")
                .Skip(1)
                .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
                .Where(line => !line.StartsWith("SHLVL=", StringComparison.Ordinal)),
        ];

    [Fact]
    public void For_gives_an_ordinary_build_the_variables_that_Nix_gives()
    {
        var spec = BuildRequests.Ready(BuildRequests.Plain(("myVar", "my value"), ("empty", "")), TwoCores);
        Assert.Equal(Probed("sandbox-probe-pure.txt"), BuildRequests.Lines(spec));
    }

    [Fact]
    public void For_gives_a_fixed_output_build_the_variables_that_Nix_gives()
    {
        const string path = "/nix/store/jyi5n5bxyh29spmga5abw1rna966yqsn-sandbox-probe-fod";
        var request = BuildRequests.Fixed(
            ("impureEnvVars", "PROBE_A PROBE_UNSET"),
            ("outputHash", "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"),
            ("outputHashAlgo", "sha256"),
            ("outputHashMode", "flat")
        );
        request = request with
        {
            Env = request
                .Env.SetItem(BuildRequests.Text("name"), BuildRequests.Text("sandbox-probe-fod"))
                .SetItem(BuildRequests.Text("out"), BuildRequests.Text(path)),
        };
        var settings = TwoCores with { HostEnvironment = TwoCores.HostEnvironment.Add("PROBE_A", "aaa") };
        Assert.Equal(
            Probed("sandbox-probe-fixed-output.txt"),
            BuildRequests.Lines(BuildRequests.Ready(request, settings))
        );
    }

    [Fact]
    public void For_lets_a_derivation_override_home_but_not_the_build_directory()
    {
        var lines = BuildRequests.Lines(
            BuildRequests.Ready(
                BuildRequests.Plain(("HOME", "/mine"), ("PATH", "/p"), ("TMPDIR", "/t"), ("TERM", "dumb"))
            )
        );
        Assert.Contains("HOME=/mine", lines);
        Assert.Contains("PATH=/p", lines);
        Assert.Contains("TMPDIR=/build", lines);
        Assert.Contains("TERM=xterm-256color", lines);
    }

    [Fact]
    public void For_lets_impure_variables_only_into_fixed_output_builds()
    {
        var settings = TwoCores with { HostEnvironment = TwoCores.HostEnvironment.Add("PROBE_A", "aaa") };
        var spec = BuildRequests.Ready(BuildRequests.Plain(("impureEnvVars", "PROBE_A")), settings);
        Assert.DoesNotContain("PROBE_A=aaa", BuildRequests.Lines(spec));
    }

    [Fact]
    public void For_passes_a_variable_as_a_file_where_asked()
    {
        const string file = ".attr-1lak0mvllw8rv9i9ygkglvhqsq19qi9ynl4bi7gbf69ab5nzw89a";
        var spec = BuildRequests.Ready(BuildRequests.Plain(("passAsFile", "big"), ("big", "contents of big")));
        var lines = BuildRequests.Lines(spec);
        Assert.Contains($"bigPath=/build/{file}", lines);
        Assert.DoesNotContain(lines, line => line.StartsWith("big=", StringComparison.Ordinal));
        Assert.Contains("passAsFile=big", lines);
        var given = Assert.Single(spec.BuildFiles);
        Assert.Equal((file, "contents of big"), (given.Name, given.Content.ToString()));
    }

    [Fact]
    public void For_puts_output_paths_in_place_of_placeholders_in_variables_arguments_and_files()
    {
        var placeholder = Placeholder.OfOutput("out").ToString();
        var request = BuildRequests.Plain(
            ("flags", $"--a={placeholder} --b={placeholder}/lib"),
            ("passAsFile", "f"),
            ("f", placeholder)
        );
        request = request with { Args = [BuildRequests.Text($"{placeholder}/bin")] };
        var spec = BuildRequests.Ready(request);
        var path = $"/nix/store/{BuildRequests.Output}";
        Assert.Contains($"flags=--a={path} --b={path}/lib", BuildRequests.Lines(spec));
        Assert.Equal(["sh", $"{path}/bin"], spec.Arguments.Select(argument => argument.ToString()));
        Assert.Equal(path, Assert.Single(spec.BuildFiles).Content.ToString());
    }

    [Fact]
    public void For_keeps_bytes_that_are_no_text()
    {
        var raw = ByteString.FromBytes([0xFF, 0xFE, (byte)'x']);
        var request = BuildRequests.Plain();
        request = request with { Env = request.Env.Add(BuildRequests.Text("raw"), raw) };
        Assert.Equal(raw, BuildRequests.Ready(request).Environment[BuildRequests.Text("raw")]);
    }

    [Fact]
    public void For_gives_structured_attributes_as_files_and_no_variable_of_the_derivation()
    {
        var spec = BuildRequests.Ready(BuildRequests.Plain(("__json", """{"a":1}""")), TwoCores);
        Assert.Equal(
            [
                "HOME=/homeless-shelter",
                "NIX_ATTRS_JSON_FILE=/build/.attrs.json",
                "NIX_ATTRS_SH_FILE=/build/.attrs.sh",
                "NIX_BUILD_CORES=2",
                "NIX_BUILD_TOP=/build",
                "NIX_LOG_FD=2",
                "NIX_STORE=/nix/store",
                "PATH=/path-not-set",
                "PWD=/build",
                "TEMP=/build",
                "TEMPDIR=/build",
                "TERM=xterm-256color",
                "TMP=/build",
                "TMPDIR=/build",
            ],
            BuildRequests.Lines(spec)
        );
        Assert.Equal([".attrs.json", ".attrs.sh"], spec.BuildFiles.Select(file => file.Name));
    }
}
