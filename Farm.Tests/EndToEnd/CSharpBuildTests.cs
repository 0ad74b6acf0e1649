using Farm.Tests.Conventions;
using Farm.Tests.EndToEnd.Processes;
using Farm.Tests.Support;

namespace Farm.Tests.EndToEnd;

/// <summary><c>farm build</c> of C# programs that make derivations.</summary>
public sealed class CSharpBuildTests
{
    [FarmProcessFact]
    public async Task Program_is_run_and_what_it_made_is_built_or_one_sentence_says_why_not()
    {
        await using var farm = new FarmProcesses(TimeSpan.FromMinutes(4));
        await farm.StartCoordinatorAsync();
        await farm.StartWorkerAsync("worker", slots: 1);

        var hello = await BuildAsync(farm, Path.Combine(SourceTree.Root, "examples/derivations/hello.cs"));
        Assert.True(hello.ExitCode == 0, hello.Run.Told);
        Assert.Matches("^/nix/store/[0-9a-z]{32}-hello$", Assert.Single(hello.Run.Out));
        Assert.Equal("hello\n", await File.ReadAllTextAsync(farm.File("result"), farm.Ct));

        var missing = await BuildAsync(farm, farm.File("missing.cs"));
        AssertRefused(
            missing,
            $"There is no program '{farm.File("missing.cs")}'; give a .cs or .csproj file, or a .drv file."
        );

        var quiet = await WriteAsync(farm, "quiet.cs", "System.Console.WriteLine(\"nothing to build\");");
        var nothing = await BuildAsync(farm, quiet);
        AssertRefused(
            nothing,
            $"The program '{quiet}' printed no derivation; end it with 'return await Instantiation.RunAsync(args, …)'."
        );
        Assert.Contains("nothing to build", nothing.Run.Error);

        var broken = await WriteAsync(farm, "broken.cs", "return missing;");
        var refused = await BuildAsync(farm, broken);
        AssertRefused(refused, $"The program '{broken}' exited with 1; what it said is above.");
        Assert.Single(refused.Run.Error, line => line.Contains("error CS0103", StringComparison.Ordinal));

        var failing = await WriteAsync(farm, "failing.cs", "System.Console.Error.WriteLine(\"no luck\"); return 7;");
        var failed = await BuildAsync(farm, failing);
        AssertRefused(failed, $"The program '{failing}' exited with 7; what it said is above.");
        Assert.Contains("no luck", failed.Run.Error);
    }

    private static async Task<(int ExitCode, ProgramRun Run)> BuildAsync(FarmProcesses farm, string program)
    {
        var variables = new Dictionary<string, string>
        {
            // Where dotnet has its packages, and what the tests were built with is not built again.
            ["HOME"] = Environment.GetEnvironmentVariable("HOME") ?? "/",
            ["BuildProjectReferences"] = "false",
            ["FARM_DERIVATIONS"] = farm.File("derivations"),
        };
        var run = farm.Start(variables, ["build", program]);
        return (await run.EndAsync(), run);
    }

    private static async Task<string> WriteAsync(FarmProcesses farm, string name, string text)
    {
        // A program in a folder of its own: files beside it would be read too.
        var folder = Directory.CreateDirectory(farm.File(Path.GetFileNameWithoutExtension(name))).FullName;
        var file = Path.Combine(folder, name);
        await File.WriteAllTextAsync(file, text, farm.Ct);
        return file;
    }

    private static void AssertRefused((int ExitCode, ProgramRun Run) build, string sentence)
    {
        Assert.True(build.ExitCode == 1, build.Run.Told);
        Assert.Empty(build.Run.Out);
        Assert.EndsWith(sentence, build.Run.Error[^1], StringComparison.Ordinal);
        Assert.DoesNotContain(
            build.Run.Error,
            line => line.TrimStart().StartsWith("at Farm.", StringComparison.Ordinal)
        );
    }
}
