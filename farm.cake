// Farm builds itself: each project a derivation, on a farm of this machine, and once more on another one with nothing in its
// stores. What came out must be the same. Called by the target farm of build.cake, with the add-in that was packed just now.
#addin nuget:?package=Cake.Farm&version=0.1.0
using System.Net.Http;
using System.Text.RegularExpressions;
using Farm.Derivations.Building;
using Farm.Derivations.Building.Solutions;

var state = MakeAbsolute(Directory(Argument("state", "artifacts/farm")));
var listen = Argument("listen", "127.0.0.1:7429");
var watch = System.Diagnostics.Stopwatch.StartNew();

// The native sandbox needs a C linker: it is compiled for the framework here. Analyzers have their own target, build. Symbols have
// the sources in them that generators write, and the one for log messages writes its classes in another order each time.
NixString[] arguments =
[
    "-p:PublishAot=false",
    "-p:SandboxTargetFramework=net10.0",
    "-p:RunAnalyzers=false",
    "-p:DebugType=none",
];

// Tests that need no root, no namespaces, no sockets, no real Nix and no source tree, of which a sandbox has none: those of
// formats and of decisions.
var tests = new Dictionary<string, string[]>
{
    ["formats"] =
    [
        "Store.Hashing", "Store.Paths", "Store.Nar", "Store.PathInfos", "Store.References", "Store.Wire", "Store.Locking",
    ],
    ["decisions"] =
    [
        "Coordinator.Scheduling", "Worker.Core", "Worker.Planning", "Worker.Sandboxes", "Protocol",
    ],
    ["actors"] = ["Actors"],
};

void Say(string what) => Information("== {0,4:0} s: {1}", watch.Elapsed.TotalSeconds, what);

FarmInstance Fresh(DirectoryPath data)
{
    if (DirectoryExists(data))
        DeleteDirectory(data, new DeleteDirectorySettings { Recursive = true, Force = true });
    return FarmUp(
        new FarmUpSettings
        {
            Workers = Argument("workers", 1),
            Listen = listen,
            DataDirectory = data,
            Patience = TimeSpan.FromMinutes(2),
            // The stores are in this tree, which is to be removed like any other.
            Set = ["farm.store.immutable=off"],
        }
    );
}

// The hash of what an output holds, as the coordinator's binary cache tells it.
async Task<string> NarHashAsync(string path)
{
    using var client = new HttpClient();
    var name = System.IO.Path.GetFileName(path);
    var info = await client.GetStringAsync($"http://{listen}/{name[..32]}.narinfo");
    return info.Split('\n').Single(line => line.StartsWith("NarHash: "))["NarHash: ".Length..];
}

async Task<SortedDictionary<string, string>> BuildAsync(FarmInstance farm, IEnumerable<Derivation> derivations)
{
    var built = FarmBuild(derivations, new FarmBuildSettings { Coordinator = farm.Address });
    Say($"{built.Steps} steps in {built.Duration.TotalSeconds:0} s");
    var hashes = new SortedDictionary<string, string>(StringComparer.Ordinal);
    foreach (var output in built.Outputs)
        hashes[output.Path] = await NarHashAsync(output.Path);
    return hashes;
}

Say("The solution, the SDK and the packages of this machine");
var solution = await DotNetSolution.ReadAsync("Farm.slnx", [.. arguments.Select(argument => argument.UnsafeDiscardContext())]);
var sdk = await DotNetSdk.OfMachineAsync();
var spec = new DotNetSolutionSpec
{
    Solution = solution,
    Tools = [sdk],
    PackagesHash = "",
    SharedFiles = ["BannedSymbols.txt", "cluster.hocon"],
    Arguments = arguments,
};
Information("{0} projects", solution.Projects.Length);

SortedDictionary<string, string> first, second;
Derivation[] wanted;
using (var farm = Fresh(state.Combine("first")))
{
    Say("Restoring once, to learn the hash of the packages: this build is to fail");
    var unknown = (await DotNetSolutionSteps.CreateAsync(spec)).Packages;
    var hash = "";
    try
    {
        FarmBuild(unknown, new FarmBuildSettings { Coordinator = farm.Address });
    }
    catch (CakeException error) when (Regex.Match(error.Message, "is (sha256-[^ ,]+), but") is { Success: true } told)
    {
        hash = told.Groups[1].Value;
    }
    var steps = await DotNetSolutionSteps.CreateAsync(spec with { PackagesHash = hash });
    wanted =
    [
        steps.Packages,
        .. steps.Compiled.Values,
        .. tests.Select(group =>
            steps.Test("Farm.Tests", string.Join('|', group.Value.Select(name => $"FullyQualifiedName~Farm.Tests.{name}.")), $"Farm.Tests-{group.Key}")
        ),
        steps.Publish("Farm.Cli"),
    ];
    Say($"Building {wanted.Length} derivations: packages, {steps.Compiled.Count} projects, {tests.Count} groups of tests, the program");
    first = await BuildAsync(farm, wanted);
}
using (var farm = Fresh(state.Combine("second")))
{
    Say("The same on another farm, whose stores are empty");
    second = await BuildAsync(farm, wanted);
    foreach (var group in tests.Keys)
    {
        var result = System.IO.File.ReadAllLines(
            $"{state}/second/coordinator/nix/store/{System.IO.Path.GetFileName(first.Keys.Single(path => path.EndsWith($"-Farm.Tests-{group}")))}"
        );
        Information("{0,-10} {1} tests passed", group, result.Count(line => line.StartsWith("Passed ")));
    }
}

Say("What came out");
foreach (var (path, hash) in first)
    Information("{0}  {1}{2}", hash, System.IO.Path.GetFileName(path)[33..], second.GetValueOrDefault(path) == hash ? "" : $"  IS NOT {second.GetValueOrDefault(path)}");
var different = first.Count(output => second.GetValueOrDefault(output.Key) != output.Value);
if (different > 0)
    throw new CakeException($"{different} of {first.Count} outputs came out otherwise the second time; they are marked above.");
Say($"All {first.Count} outputs are equal, built twice");
