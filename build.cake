// The build. ./build.sh installs what is missing and calls this file; the targets are explained there.
using System.Xml.Linq;

var target = Argument("target", "build");
var configuration = Argument("configuration", "Release");
var solution = "./Farm.slnx";
var bin = MakeAbsolute(Directory("./artifacts/bin"));
var results = MakeAbsolute(Directory("./artifacts/test-results"));
var isContinuous = EnvironmentVariable("CI") is not null;

void Run(string program, ProcessArgumentBuilder arguments, IDictionary<string, string> environment = null)
{
    var exit = StartProcess(
        program,
        new ProcessSettings { Arguments = arguments, EnvironmentVariables = environment ?? new Dictionary<string, string>() }
    );
    if (exit != 0)
        throw new CakeException(exit, $"{program} ended with exit code {exit}.");
}

// What failed, again at the end: thousands of lines stand between a failure and the tally.
void AppendFailures(System.Text.StringBuilder summary, XDocument document)
{
    var failures = document
        .Descendants()
        .Where(element => element.Name.LocalName == "UnitTestResult" && element.Attribute("outcome").Value == "Failed");
    foreach (var failure in failures)
    {
        summary.Append($"Failed {failure.Attribute("testName").Value}\n");
        foreach (var part in failure.Descendants().Where(element => element.Name.LocalName is "Message" or "StackTrace"))
            foreach (var line in part.Value.Split('\n').Take(40))
                summary.Append($"    {line.TrimEnd()}\n");
    }
}

Task("restore").Does(() => DotNetRestore(solution));

Task("build")
    .IsDependentOn("restore")
    .Does(() => DotNetBuild(solution, new DotNetBuildSettings { Configuration = configuration, NoRestore = true, NoLogo = true, Verbosity = DotNetVerbosity.Minimal }));

Task("format-check").Does(() => Run("dotnet", new ProcessArgumentBuilder().Append("csharpier check .")));

Task("test")
    .IsDependentOn("format-check")
    .IsDependentOn("build")
    .IsDependentOn("publish")
    .IsDependentOn("pack")
    .IsDependentOn("demo-sources")
    .Does(() =>
    {
        CleanDirectory(results);
        var failure = (Exception)null;
        try
        {
            DotNetTest(
                "./Farm.Tests/Farm.Tests.csproj",
                new DotNetTestSettings
                {
                    Configuration = configuration,
                    NoBuild = true,
                    NoLogo = true,
                    Filter = Argument("filter", (string)null),
                    Loggers = ["trx;LogFileName=tests.trx", "console;verbosity=normal"],
                    ResultsDirectory = results,
                    EnvironmentVariables = new Dictionary<string, string> { ["FARM_PROGRAM"] = bin.CombineWithFilePath("farm").FullPath },
                }
            );
        }
        catch (CakeException e)
        {
            failure = e;
        }

        int passed = 0, failed = 0, skipped = 0;
        var summary = new System.Text.StringBuilder();
        foreach (var file in GetFiles($"{results}/*.trx"))
        {
            var document = XDocument.Load(file.FullPath);
            var counters = document.Descendants().First(element => element.Name.LocalName == "Counters");
            int Count(string name) => int.Parse(counters.Attribute(name).Value);
            passed += Count("passed");
            failed += Count("failed") + Count("error") + Count("timeout") + Count("aborted");
            skipped += Count("total") - Count("executed");
            AppendFailures(summary, document);
        }
        if (failure is not null && failed == 0)
            failed = 1; // The run itself broke: no count may say that all is well.
        summary.Append($"{passed} passed, {failed} failed{(skipped > 0 ? $", {skipped} skipped" : "")}\n");
        System.IO.File.WriteAllText(results.CombineWithFilePath("summary.txt").FullPath, summary.ToString());
        if (failure is not null)
            throw failure;
        if (passed == 0)
            throw new CakeException("No test ran.");
        if (isContinuous && skipped > 0)
            throw new CakeException($"{skipped} tests were skipped; here all must run. The list above names each with its reason.");
    });

// Some tests read the demo's derivations. Without the sources they say so and skip, which only CI does not allow.
Task("demo-sources")
    .WithCriteria(IsRunningOnLinux())
    .ContinueOnError()
    .Does(() => Run("./examples/demo/fetch-sources.sh", new ProcessArgumentBuilder()));

Task("publish")
    .IsDependentOn("restore")
    .Does(() =>
    {
        DotNetPublish(
            "./Farm.Cli/Farm.Cli.csproj",
            new DotNetPublishSettings
            {
                Configuration = configuration,
                Runtime = "linux-x64",
                SelfContained = false,
                PublishReadyToRun = true,
                OutputDirectory = bin,
                NoLogo = true,
                Verbosity = DotNetVerbosity.Minimal,
            }
        );
        DotNetPublish(
            "./Farm.Sandbox/Farm.Sandbox.csproj",
            new DotNetPublishSettings { Configuration = configuration, OutputDirectory = bin, NoLogo = true, Verbosity = DotNetVerbosity.Minimal }
        );
    });

Task("pack")
    .IsDependentOn("build")
    .Does(() =>
        DotNetPack(
            "./Cake.Farm/Cake.Farm.csproj",
            new DotNetPackSettings
            {
                Configuration = configuration,
                NoRestore = true,
                NoLogo = true,
                Verbosity = DotNetVerbosity.Minimal,
                OutputDirectory = "./artifacts/packages",
                // What it refers to was built just now.
                MSBuildSettings = new DotNetMSBuildSettings().WithProperty("BuildProjectReferences", "false"),
            }
        )
    );

// The tools' folder is new: the add-in has the same version as the last time, and Cake would take that.
Task("farm")
    .IsDependentOn("publish")
    .IsDependentOn("pack")
    .Does(() =>
    {
        var tools = MakeAbsolute(Directory("./artifacts/farm-tools"));
        CleanDirectory(tools);
        var arguments = new ProcessArgumentBuilder().Append("cake farm.cake");
        foreach (var name in new[] { "workers", "listen", "state" }.Where(HasArgument))
            arguments.Append($"--{name}={Argument<string>(name)}");
        Run(
            "dotnet",
            arguments,
            new Dictionary<string, string>
            {
                ["FARM_PROGRAM"] = bin.CombineWithFilePath("farm").FullPath,
                ["CAKE_NUGET_SOURCE"] = MakeAbsolute(Directory("./artifacts/packages")).FullPath,
                ["CAKE_PATHS_TOOLS"] = tools.FullPath,
            }
        );
    });

Task("bench")
    .IsDependentOn("build")
    .IsDependentOn("publish")
    .Does(() =>
        Run(
            "dotnet",
            new ProcessArgumentBuilder().Append($"run --project Farm.Benchmarks -c {configuration} --no-build --").Append(Argument("group", "quick")).Append($"--minutes={Argument("minutes", "10")}").Append($"--scale={Argument("scale", "1")}"),
            new Dictionary<string, string> { ["FARM_PROGRAM"] = bin.CombineWithFilePath("farm").FullPath }
        )
    );

Task("fuzz")
    .IsDependentOn("build")
    .Does(() =>
    {
        var arguments = new ProcessArgumentBuilder().Append($"run --project Farm.Fuzz -c {configuration} --no-build --");
        foreach (var name in new[] { "format", "minutes", "seed", "replay" }.Where(HasArgument))
            arguments.Append($"--{name}={Argument<string>(name)}");
        Run("dotnet", arguments);
    });

Task("demo").IsDependentOn("publish").Does(() => Run("./examples/demo/run.sh", new ProcessArgumentBuilder().AppendQuoted(bin.FullPath)));

Task("demo-clean").Does(() => Run("./examples/demo/run.sh", new ProcessArgumentBuilder().Append("--clean")));

RunTarget(target);
