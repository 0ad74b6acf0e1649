using Farm.Derivations.Building;
using Farm.Tests.Support;

namespace Farm.Tests.Derivations.Building;

/// <summary>Each example is run, and what it makes is built.</summary>
public sealed class ExampleTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [SandboxFact]
    public async Task Hello_is_built_and_reported_on_by_an_example_that_imports_it()
    {
        await using var builds = await LocalBuilds.OpenAsync();

        var hello = Assert.Single(await ExampleProgram.RunAsync("hello.cs", Root));
        Assert.Equal("hello\n", await File.ReadAllTextAsync(await builds.BuildAsync(hello)));

        var file = $"{Root}{hello.File.PrintedPath}";
        var report = Assert.Single(await ExampleProgram.RunAsync("imported.cs", _directory.File("second"), file));
        Assert.Equal("hello: 1 output(s)\n6\n", await File.ReadAllTextAsync(await builds.BuildAsync(report)));
    }

    [SandboxFact]
    public async Task Greetings_have_their_outputs_and_the_manual_needs_one_of_them()
    {
        await using var builds = await LocalBuilds.OpenAsync();

        var made = await ExampleProgram.RunAsync("greeting.cs", Root);

        var greetings = made[0]["out"];
        Assert.Equal("Hello, Ada!\n", await File.ReadAllTextAsync(await builds.BuildAsync(greetings) + "/Ada.txt"));
        Assert.Equal(["doc"], made[1].Content.InputDerivations[greetings.File.Path].Outputs);
        Assert.StartsWith(
            "# Greetings",
            await File.ReadAllTextAsync(await builds.BuildAsync(made[1])),
            StringComparison.Ordinal
        );
    }

    [SandboxFact]
    public async Task The_matrix_ends_in_all_artefacts_and_a_table()
    {
        await using var builds = await LocalBuilds.OpenAsync();

        var artefacts = await builds.BuildAsync(Assert.Single(await ExampleProgram.RunAsync("matrix.cs", Root)));

        Assert.Equal(6, Directory.GetFiles(artefacts + "/programs").Length);
        Assert.Equal(
            [
                "en-plain passed",
                "en-loud passed",
                "de-plain passed",
                "de-loud passed",
                "fr-plain passed",
                "fr-loud passed",
            ],
            await File.ReadAllLinesAsync(artefacts + "/table")
        );
    }

    [SandboxFact]
    public async Task The_project_in_C_is_compiled_tested_and_installed()
    {
        await using var builds = await LocalBuilds.OpenAsync([.. HostTools.Compiler("").Paths]);

        var hello = Assert.Single(await ExampleProgram.RunAsync("c-project.cs", Root));

        Assert.True(File.Exists(await builds.BuildAsync(hello) + "/bin/hello"));
    }

    [SandboxFact]
    public async Task The_project_in_NET_is_published_without_a_network()
    {
        await using var builds = await LocalBuilds.OpenAsync([.. (await HostTools.DotNetAsync()).Paths]);

        var app = Assert.Single(await ExampleProgram.RunAsync("dotnet.cs", Root));

        Assert.True(File.Exists(await builds.BuildAsync(app) + "/App.dll"));
    }

    private string Root => _directory.File("root");
}
