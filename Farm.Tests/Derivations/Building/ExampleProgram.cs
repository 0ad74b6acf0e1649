using System.Diagnostics;
using Farm.Derivations;
using Farm.Tests.Conventions;

namespace Farm.Tests.Derivations.Building;

/// <summary>A program of <c>examples/derivations</c>, run as its reader would.</summary>
internal static class ExampleProgram
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    /// <summary>Runs a program, and reads what it has written.</summary>
    /// <param name="file">The program's file.</param>
    /// <param name="root">The store that it writes to.</param>
    /// <param name="arguments">What the program is given before the store.</param>
    /// <returns>The derivations, with the outputs that are meant.</returns>
    public static Task<Derivation[]> RunAsync(string file, string root, params string[] arguments) =>
        RunAsync(file, root, new Dictionary<string, string>(), arguments);

    /// <param name="variables">More of the program's environment.</param>
    /// <inheritdoc cref="RunAsync(string, string, string[])"/>
#pragma warning disable CS1573
    public static async Task<Derivation[]> RunAsync(
        string file,
        string root,
        IReadOnlyDictionary<string, string> variables,
        params string[] arguments
    )
#pragma warning restore CS1573
    {
        // The library was built before the tests were.
        string[] all =
        [
            "run",
            "-c",
            Configuration,
            "-p:BuildProjectReferences=false",
            file,
            "--",
            .. arguments,
            "--to",
            root,
        ];
        var start = new ProcessStartInfo("dotnet", all)
        {
            WorkingDirectory = Path.Combine(SourceTree.Root, "examples", "derivations"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        using var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet could not be started.");
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{file} exited with {process.ExitCode}: {await error}{await output}");
        var derivations = new List<Derivation>();
        foreach (var line in (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split('^');
            var derivation = await Derivation.ImportAsync(parts[0]);
            derivations.Add(parts.Length > 1 ? derivation[parts[1]] : derivation);
        }
        return [.. derivations];
    }
}
