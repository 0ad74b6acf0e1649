using System.Diagnostics;
using System.Text;

namespace Farm.Derivations.Building;

/// <summary>A program of this machine, run to learn something from it.</summary>
internal static class HostProgram
{
    /// <summary>Where a program is.</summary>
    /// <exception cref="DerivationException">It is in no folder of <c>PATH</c>.</exception>
    public static string Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists)
        ?? throw new DerivationException($"There is no '{program}' on PATH; install it, or name its folder by PATH.");

    /// <summary>The folder of the .NET SDK on <c>PATH</c>: the program there is a link as a rule, and what it needs is beside what it leads to.</summary>
    /// <exception cref="DerivationException">There is none.</exception>
    public static string DotNetRoot()
    {
        var program = Find("dotnet");
        var real = File.ResolveLinkTarget(program, returnFinalTarget: true)?.FullName ?? program;
        return Path.GetDirectoryName(real)!; // a program is in a folder
    }

    /// <summary>What a program prints.</summary>
    /// <param name="program">Its file, or its name on <c>PATH</c>.</param>
    /// <param name="folder">Where it runs; null for here.</param>
    /// <param name="arguments">What it is given.</param>
    /// <param name="ct">Gives up waiting.</param>
    /// <exception cref="DerivationException">It cannot be run, or fails.</exception>
    public static async Task<string> OutputAsync(
        string program,
        string? folder,
        IEnumerable<string> arguments,
        CancellationToken ct
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder ?? "",
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        try
        {
            using var process =
                Process.Start(start) ?? throw new DerivationException($"The program '{program}' could not be started.");
            var errors = process.StandardError.ReadToEndAsync(ct);
            var output = await process.StandardOutput.ReadToEndAsync(ct).ConfigureAwait(false);
            await process.WaitForExitAsync(ct).ConfigureAwait(false);
            if (process.ExitCode == 0)
                return output;
            // The compiler complains on standard output.
            var complaint = (await errors.ConfigureAwait(false)).Trim();
            throw new DerivationException(
                $"'{program} {string.Join(' ', start.ArgumentList)}' exited with {process.ExitCode}: {(complaint.Length > 0 ? complaint : output.Trim())}"
            );
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new DerivationException($"The program '{program}' cannot be run: {error.Message}", error);
        }
    }
}
