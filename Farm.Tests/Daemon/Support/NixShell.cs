using System.Diagnostics;

namespace Farm.Tests.Daemon.Support;

/// <summary>Runs scripts with real Nix's programs in a directory, on the store below it, through the daemon on its socket.</summary>
internal sealed class NixShell
{
    private readonly string _directory;
    private readonly bool _isNobody;

    /// <param name="directory">Has the store in <c>nix/store</c>, its state in <c>var</c>, and the socket.</param>
    /// <param name="isNobody">Whether the programs run as the user nobody instead of root.</param>
    public NixShell(string directory, bool isNobody)
    {
        (_directory, _isNobody) = (directory, isNobody);
        Directory.CreateDirectory(Path.Combine(directory, "conf"));
        File.WriteAllLines(
            Path.Combine(directory, "conf/nix.conf"),
            [
                "build-users-group =",
                "substituters =",
                "sandbox = false",
                "experimental-features = nix-command",
                "require-sigs = false",
            ]
        );
    }

    /// <summary>Runs a script to its end.</summary>
    public async Task<(int ExitCode, string Output, string Error)> RunAsync(string script)
    {
        string[] shell = ["/bin/sh", "-c", script];
        string[] command = _isNobody
            ? ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", .. shell]
            : shell;
        using var process = Start("daemon", command);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }

    /// <summary>Starts real Nix's daemon on the store.</summary>
    public Process StartDaemon() => Start("local", ["/usr/bin/nix-daemon"]);

    private Process Start(string store, string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.Combine(_directory, "work"),
        };
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        start.Environment["HOME"] = Path.Combine(_directory, "work");
        start.Environment["NIX_CONF_DIR"] = Path.Combine(_directory, "conf");
        start.Environment["NIX_STORE_DIR"] = Path.Combine(_directory, "nix/store");
        start.Environment["NIX_STATE_DIR"] = Path.Combine(_directory, "var/nix");
        start.Environment["NIX_LOG_DIR"] = Path.Combine(_directory, "var/log/nix");
        start.Environment["NIX_DAEMON_SOCKET_PATH"] = Path.Combine(_directory, "socket");
        start.Environment["NIX_REMOTE"] = store;
        var process = Process.Start(start)!; // Throws where it cannot be started.
        process.StandardInput.Close();
        return process;
    }
}
