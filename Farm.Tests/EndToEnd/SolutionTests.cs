using System.Text.RegularExpressions;
using Farm.Derivations.Building;
using Farm.Derivations.Building.Solutions;
using Farm.Store.Paths;
using Farm.Tests.Conventions;
using Farm.Tests.Derivations.Building;
using Farm.Tests.EndToEnd.Processes;
using Farm.Tests.Support;

namespace Farm.Tests.EndToEnd;

/// <summary>The .NET solution of the examples, built by an SDK that is a derivation itself.</summary>
public sealed partial class SolutionTests
{
    [FarmProcessFact]
    public async Task A_solution_is_restored_compiled_tested_and_published_and_comes_out_the_same_again()
    {
        await using var farm = new FarmProcesses(TimeSpan.FromMinutes(8));
        await farm.StartCoordinatorAsync();
        await farm.StartWorkerAsync("worker", slots: 2);
        var hash = await PackagesHashAsync(farm);

        var variables = new Dictionary<string, string> { ["PACKAGES_HASH"] = hash };
        var made = await ExampleProgram.RunAsync("solution.cs", farm.File("derivations"), variables);
        string[] files = [.. made.Select(derivation => farm.File("derivations") + derivation.File.PrintedPath)];
        var (exitCode, build) = await farm.RunAsync(["build", "--out-link", farm.File("result"), .. files]);
        Assert.True(exitCode == 0, farm.Told());

        Assert.Equal(
            ["Ada", "Grace"],
            (await File.ReadAllLinesAsync(farm.File("result"), farm.Ct)).Select(line =>
                Tested().Match(line).Groups[1].Value
            )
        );
        Assert.Contains("App.dll", Directory.GetFiles(farm.File("result-2")).Select(Path.GetFileName));
        // All of it but the SDK and the packages once more, in the coordinator's store, and compared with what is there.
        await farm.StopAsync();
        var compiled = made.SelectMany(derivation => derivation.Content.InputDerivations.Keys)
            .Where(path => path.Name.EndsWith("-compiled.drv", StringComparison.Ordinal))
            .Distinct();
        string[] again =
        [
            .. compiled.Concat(made.Select(derivation => derivation.File.Path)).Select(StoreDir.Default.Print),
        ];
        Assert.Equal(4, again.Length);
        var config = farm.File("check.hocon");
        await File.WriteAllTextAsync(config, $"farm.worker.build-users-dir = \"{farm.File("build-users")}\"", farm.Ct);
        string[] where = ["--config", config, "--store", farm.DataDirectory("coordinator")];
        var (checkedCode, check) = await farm.RunAsync(["store", "check", .. where, .. again]);
        Assert.True(checkedCode == 0, check.Told);
    }

    /// <summary>Has the farm tell the hash of the packages: a build whose hash is not known fails with it.</summary>
    private static async Task<string> PackagesHashAsync(FarmProcesses farm)
    {
        var file = Path.Combine(SourceTree.Root, "examples/derivations/solution/Solution.slnx");
        var solution = await DotNetSolution.ReadAsync(file, ct: farm.Ct);
        Assert.Equal(["Greetings", "App", "Greetings.Tests"], solution.Projects.Select(project => project.Name));
        var steps = await DotNetSolutionSteps.CreateAsync(
            new DotNetSolutionSpec
            {
                Solution = solution,
                Tools = [await DotNetSdk.OfMachineAsync(ct: farm.Ct)],
                PackagesHash = "",
            },
            ct: farm.Ct
        );
        var unknown = await Farm.Derivations.Instantiation.WriteAsync(farm.File("unknown"), [steps.Packages], farm.Ct);
        var (exitCode, build) = await farm.RunAsync(["build", "--no-out-link", .. unknown]);
        Assert.True(exitCode == 102, build.Told);
        return build.Error.Select(line => Told().Match(line)).Single(match => match.Success).Groups[1].Value;
    }

    [GeneratedRegex("is (sha256-[^ ,]+), but the derivation says")]
    private static partial Regex Told();

    [GeneratedRegex(
        "^Passed Greetings.Tests.GreetingTests.A_greeting_names_who_is_greeted\\(name: &quot;(.*)&quot;\\)$"
    )]
    private static partial Regex Tested();
}
