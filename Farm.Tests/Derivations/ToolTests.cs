using Farm.Derivations.Building;
using Farm.Store.Derivations;
using Derivation = Farm.Derivations.Derivation;

namespace Farm.Tests.Derivations;

public sealed class ToolTests
{
    private static readonly HostTools Host = new("cc 12", ["/usr/bin", "/lib"], ["/usr/bin"]);

    [Fact]
    public void Tools_are_on_PATH_and_host_tools_are_asked_for_by_name_and_version()
    {
        var tool = Shell.Create(new ShellSpec { Name = "tool", Script = "mkdir -p $out/bin" });

        var made = Shell.Create(
            new ShellSpec
            {
                Name = "uses",
                Script = "tool > $out",
                Tools = [tool, Host],
            }
        );

        Assert.Equal($"{tool.OutPath.UnsafeDiscardContext()}/bin:/usr/bin", made.Content.EnvValue("PATH")?.ToString());
        Assert.Contains(tool.File.Path, made.Content.InputDerivations.Keys);
        Assert.Equal(["/lib", "/usr/bin"], DerivationOptions.From(made.Content).ImpureHostDeps);
        Assert.Equal("cc 12", made.Content.EnvValue("hostTools")?.ToString());
        Assert.Equal("farm.sandbox.allowed-impure-host-deps = [\"/usr/bin\", \"/lib\"]", Host.Setting);
    }

    [Fact]
    public void Another_version_of_a_host_tool_is_another_derivation()
    {
        Assert.NotEqual(With(Host).File.Path, With(Host with { Identity = "cc 13" }).File.Path);

        static Derivation With(HostTools tools) =>
            Shell.Create(
                new ShellSpec
                {
                    Name = "x",
                    Script = "",
                    Tools = [tools],
                }
            );
    }

    [Fact]
    public void Packages_of_a_NET_project_are_a_fixed_output_that_only_the_hash_decides()
    {
        Assert.Equal(Packages("https://one.example/index.json").OutputPath, Packages("/mirror").OutputPath);

        static Derivation Packages(string feed) =>
            DotNet.Restore(
                new DotNetRestoreSpec
                {
                    Name = "packages",
                    Source = "/nowhere",
                    Project = "App.csproj",
                    Tools = [Host],
                    Feed = feed,
                    Hash = "sha256-CkMIecJm+LV/QJKg+TXPP6zUi7zN5XYNR0jKQFFx6Wk=",
                }
            );
    }

    [Fact]
    public void Libraries_of_a_C_project_are_found_by_compiler_and_linker()
    {
        var library = Shell.Create(
            new ShellSpec
            {
                Name = "zlib",
                Script = "",
                Outputs = ["out", "dev"],
            }
        );

        var made = CProject.Create(
            new CProjectSpec
            {
                Name = "uses",
                Source = "/nowhere",
                Tools = [Host],
                Libraries = [library, library.Dev],
            }
        );

        Assert.Equal(["dev", "out"], made.Content.InputDerivations[library.File.Path].Outputs);
        Assert.EndsWith("-zlib-dev/lib", made.Content.EnvValue("LIBRARY_PATH")?.ToString(), StringComparison.Ordinal);
    }
}
