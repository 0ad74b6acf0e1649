using System.Diagnostics;

namespace Farm.Tests.Hardening;

/// <summary>The attempts, compiled from <c>Programs</c> to one static program.</summary>
internal static class AttemptPrograms
{
    /// <param name="directory">Where the program goes.</param>
    /// <returns>Its path.</returns>
    public static async Task<string> CompileAsync(string directory)
    {
        var sources = Path.Combine(AppContext.BaseDirectory, "Hardening", "Programs");
        var program = Path.Combine(directory, "attempts");
        // Static data must lie below 4 GiB, where 32-bit calls can reach it.
        string[] arguments = ["-static", "-no-pie", "-O1", "-o", program, .. Directory.GetFiles(sources, "*.c")];
        var (exit, output) = await RunAsync("gcc", arguments, new Dictionary<string, string>(), sources);
        Assert.True(exit == 0, output);
        return program;
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>Its exit code, and what it printed on both streams.</returns>
    public static async Task<(int Exit, string Output)> RunAsync(
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        string directory
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!; // Null only where a shell starts it.
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await error);
    }
}
