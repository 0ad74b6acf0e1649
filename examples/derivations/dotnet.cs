#:project ../../Farm.Derivations/Farm.Derivations.csproj
// A .NET project, compiled without a network by the SDK of the machines that build. They must show it to builds; the first
// line on standard error is the setting.
using System.Runtime.CompilerServices;
using Farm.Derivations;
using Farm.Derivations.Building;

var sdk = await HostTools.DotNetAsync();
await Console.Error.WriteLineAsync(sdk.Setting);

var app = DotNet.Publish(
    new()
    {
        Name = "app",
        Source = await Source.WhereAsync(Path.Combine(Here(), "app"), (path, _) => path is not ("bin" or "obj")),
        Project = "App.csproj",
        Tools = [sdk],
    }
);

return await Instantiation.RunAsync(args, app);

static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
