using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Farm.Worker.Sandboxes;

namespace Farm.Worker.Execution;

/// <summary>A program of the operator's that is run at a point of a build; what it prints goes to the build's log.</summary>
internal static class HookProgram
{
    /// <param name="user">Whom to run it as; null for this process's own user.</param>
    /// <param name="environment">Variables that come on top of this process's own.</param>
    /// <returns>Half a sentence on how it failed; null when it went well.</returns>
    public static async Task<string?> RunAsync(
        string program,
        IReadOnlyList<string> arguments,
        SandboxIds? user,
        IReadOnlyDictionary<string, string> environment,
        Func<ReadOnlyMemory<byte>, ValueTask> log,
        CancellationToken ct
    )
    {
        var start =
            user is null || user == SandboxIds.Own || !Environment.IsPrivilegedProcess
                ? new ProcessStartInfo(program, arguments)
                : new ProcessStartInfo(
                    "setpriv",
                    [$"--reuid={user.HostUid}", $"--regid={user.HostGid}", "--clear-groups", program, .. arguments]
                );
        start.WorkingDirectory = "/";
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception failure)
        {
            return $"'{program}' cannot be started: {failure.Message}";
        }
        try
        {
            process.StandardInput.Close();
            // One after the other would stop a program that fills the other pipe.
            var errors = process.StandardError.ReadToEndAsync(ct);
            var output = await process.StandardOutput.ReadToEndAsync(ct).ConfigureAwait(false);
            await log(Encoding.UTF8.GetBytes(output + await errors.ConfigureAwait(false))).ConfigureAwait(false);
            await process.WaitForExitAsync(ct).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        return process.ExitCode == 0 ? null : $"'{program}' failed with exit code {process.ExitCode}";
    }
}
