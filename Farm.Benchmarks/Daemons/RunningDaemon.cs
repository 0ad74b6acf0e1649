using System.Diagnostics;
using Farm.Benchmarks.Measuring;

namespace Farm.Benchmarks.Daemons;

/// <summary>A daemon that runs as a process on a store of its own at its own name, and real Nix's programs as its clients.</summary>
internal sealed class RunningDaemon : IAsyncDisposable
{
    private readonly string _root;
    private readonly Process _process;

    private RunningDaemon(string root, Process process) => (_root, _process) = (root, process);

    /// <summary>Starts one and returns when clients find it.</summary>
    /// <param name="root">Where its store, state and socket come to be.</param>
    /// <param name="command">The program with its arguments.</param>
    /// <param name="way">How it builds.</param>
    public static async Task<RunningDaemon> StartAsync(
        string root,
        IReadOnlyList<string> command,
        BuildWay way,
        CancellationToken ct
    )
    {
        foreach (var name in (string[])["conf", "home", "store", "var"])
            Directory.CreateDirectory(Path.Combine(root, name));
        await File.WriteAllTextAsync(
            Path.Combine(root, "conf/nix.conf"),
            $"""
            build-users-group = {(way.HasUsers ? BuildAccounts.Group : "")}
            substituters =
            sandbox = {(way.IsSandboxed ? "true" : "false")}
            sandbox-paths = /bin/sh=/bin/busybox
            experimental-features = nix-command
            """,
            ct
        );
        string[] prefix = way.HasUsers ? await BuildAccounts.MakeAsync(root, ct) : [];
        var start = new ProcessStartInfo("env", [.. Variables(root, "local"), .. prefix, .. command])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException($"'{command[0]}' did not start.");
        // Nobody reads what they tell of their clients; a full pipe would stop them.
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var daemon = new RunningDaemon(root, process);
        while (!File.Exists(Path.Combine(root, "socket")))
        {
            if (process.HasExited)
                throw new InvalidOperationException($"'{string.Join(' ', command)}' ended with {process.ExitCode}.");
            await Task.Delay(20, ct);
        }
        return daemon;
    }

    public string StoreDir => Path.Combine(_root, "store");

    public int ProcessId => _process.Id;

    /// <summary>A connection of a client that is no program.</summary>
    public Task<DaemonConnection> ConnectAsync(CancellationToken ct) =>
        DaemonConnection.ConnectAsync(Path.Combine(_root, "socket"), ct);

    /// <summary>Runs a program of Nix's to its end and gives the lines of its output.</summary>
    public async Task<IReadOnlyList<string>> AskAsync(IEnumerable<string> command, CancellationToken ct)
    {
        string[] all = [.. Variables(_root, $"unix://{_root}/socket"), .. command];
        var output = await ChildProcess.RunAsync("env", all, ct);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static string[] Variables(string root, string store) =>
        [
            $"NIX_STORE_DIR={root}/store",
            $"NIX_STATE_DIR={root}/var",
            $"NIX_LOG_DIR={root}/log",
            $"NIX_CONF_DIR={root}/conf",
            "NIX_USER_CONF_FILES=",
            $"NIX_DAEMON_SOCKET_PATH={root}/socket",
            $"NIX_REMOTE={store}",
            $"HOME={root}/home",
        ];
}
