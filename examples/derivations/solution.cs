#:project ../../Farm.Derivations/Farm.Derivations.csproj
// A .NET solution: its packages, each project by itself, the tests, and the program. The SDK of this machine becomes an
// input, so that the machines that build need nothing but a sandbox. The packages' hash is not known at first: build, have
// the failing build tell it, and give it by PACKAGES_HASH.
using System.Runtime.CompilerServices;
using Farm.Derivations;
using Farm.Derivations.Building;
using Farm.Derivations.Building.Solutions;

var steps = await DotNetSolutionSteps.CreateAsync(
    new()
    {
        Solution = await DotNetSolution.ReadAsync(Path.Combine(Here(), "solution/Solution.slnx")),
        Tools = [await DotNetSdk.OfMachineAsync()],
        PackagesHash = Environment.GetEnvironmentVariable("PACKAGES_HASH") ?? "",
    }
);

return await Instantiation.RunAsync(args, steps.Test("Greetings.Tests"), steps.Publish("App"));

static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
