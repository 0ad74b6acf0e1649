#:project ../../Farm.Derivations/Farm.Derivations.csproj
// A project in C with the compiler of the machines that build; the first line on standard error is the setting they need.
using System.Runtime.CompilerServices;
using Farm.Derivations;
using Farm.Derivations.Building;

var compiler = HostTools.Compiler(await HostTools.FirstLineAsync("cc", "--version", CancellationToken.None));
await Console.Error.WriteLineAsync(compiler.Setting);

var hello = CProject.Create(
    new()
    {
        Name = "hello-c",
        Source = await Source.FromAsync(Path.Combine(Here(), "c-project")),
        Tools = [compiler],
        Configure = null,
        Build = "make CC=cc",
        Check = "make check CC=cc",
        Install = "make install CC=cc",
    }
);

return await Instantiation.RunAsync(args, hello);

static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
