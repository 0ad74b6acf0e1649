using System.Diagnostics;

namespace Farm.Cli.Building;

/// <summary>A C# program that writes derivations and prints their files; what <c>Farm.Derivations</c> calls an instantiation.</summary>
internal static class DerivationProgram
{
    private const string Derivation = ".drv";

    /// <summary>The arguments, with the derivations of a program in the place of each <c>.cs</c> or <c>.csproj</c> file.</summary>
    /// <exception cref="CommandException">A program is not there, fails, or prints no derivation.</exception>
    public static async Task<IReadOnlyList<string>> ExpandAsync(
        IReadOnlyList<string> arguments,
        TextWriter errors,
        CancellationToken ct
    )
    {
        var expanded = new List<string>();
        foreach (var argument in arguments)
        {
            if (
                argument.EndsWith(".cs", StringComparison.Ordinal)
                || argument.EndsWith(".csproj", StringComparison.Ordinal)
            )
                expanded.AddRange(await RunAsync(argument, errors, ct).ConfigureAwait(false));
            else
                expanded.Add(argument);
        }
        return expanded;
    }

    private static async Task<IReadOnlyList<string>> RunAsync(string program, TextWriter errors, CancellationToken ct)
    {
        if (!File.Exists(program))
            throw new CommandException($"There is no program '{program}'; give a .cs or .csproj file, or a .drv file.");
        string[] what = program.EndsWith(".cs", StringComparison.Ordinal) ? [program] : ["--project", program];
        var start = new ProcessStartInfo("dotnet", ["run", "-c", "Release", .. what])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Started(start);
        try
        {
            // The program's complaints, and the compiler's, are the user's to read.
            var complaints = PassOnAsync(process.StandardError, errors, ct);
            var derivations = new List<string>();
            while (await process.StandardOutput.ReadLineAsync(ct).ConfigureAwait(false) is { } line)
            {
                if (
                    line.EndsWith(Derivation, StringComparison.Ordinal)
                    || line.Contains(Derivation + "^", StringComparison.Ordinal)
                )
                    derivations.Add(line);
                else
                    await errors.WriteLineAsync(line.AsMemory(), ct).ConfigureAwait(false);
            }
            await complaints.ConfigureAwait(false);
            await process.WaitForExitAsync(ct).ConfigureAwait(false);
            if (process.ExitCode != 0)
                throw new CommandException(
                    $"The program '{program}' exited with {process.ExitCode}; what it said is above."
                );
            return derivations.Count > 0
                ? derivations
                : throw new CommandException(
                    $"The program '{program}' printed no derivation; end it with 'return await Instantiation.RunAsync(args, …)'."
                );
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static Process Started(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new CommandException("The program 'dotnet' could not be started.");
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new CommandException(
                $"The program 'dotnet', which runs C# programs, cannot be started: {error.Message}; install the .NET SDK.",
                error
            );
        }
    }

    private static async Task PassOnAsync(StreamReader from, TextWriter to, CancellationToken ct)
    {
        while (await from.ReadLineAsync(ct).ConfigureAwait(false) is { } line)
            await to.WriteLineAsync(line.AsMemory(), ct).ConfigureAwait(false);
    }
}
