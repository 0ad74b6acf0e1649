using System.Diagnostics;

namespace Farm.Benchmarks.Measuring;

/// <summary>Runs programs to their end.</summary>
public static class ChildProcess
{
    /// <summary>What the program wrote to its output.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has what it wrote to its error output.</exception>
    public static async Task<string> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken ct)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var process =
            Process.Start(start) ?? throw new InvalidOperationException($"'{program}' could not be started.");
        var output = process.StandardOutput.ReadToEndAsync(ct);
        var errors = await process.StandardError.ReadToEndAsync(ct);
        var text = await output;
        await process.WaitForExitAsync(ct);
        return process.ExitCode == 0
            ? text
            : throw new InvalidOperationException(
                $"'{program} {string.Join(' ', arguments.Take(6))} …' ended with {process.ExitCode}: {errors.Trim()}"
            );
    }
}
