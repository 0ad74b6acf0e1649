using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Channels;
using Farm.Tests.Daemon.Clients;
using Farm.Tests.Support;

namespace Farm.Tests.EndToEnd.Daemons;

public sealed partial class SocketActivationTests
{
    private const int SetDescriptorFlags = 2; // F_SETFD

    [SystemdFact]
    public async Task The_service_manager_starts_the_daemon_on_the_first_connection()
    {
        using var side = new NixSide();
        var script = DaemonProgram.Script(side, "daemon", "daemon");
        using var activator = DaemonProgram.Start("systemd-socket-activate", "-l", side.Socket, script);
        try
        {
            await DaemonProgram.SocketFileAsync(side.Socket, activator);
            var run = await side.RunAsync("nix-build F -A user --no-out-link");
            Assert.Equal((0, "/S/user\n"), (run.ExitCode, run.Output));
        }
        finally
        {
            await DaemonProgram.TerminateAsync(activator);
        }
        // It was passed the socket, which is not its own to remove.
        Assert.True(File.Exists(side.Socket));
    }

    [SystemdFact]
    public async Task A_client_that_comes_while_the_daemon_restarts_is_served()
    {
        using var side = new NixSide();
        var script = DaemonProgram.Script(side, "daemon", "daemon");
        using var listening = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listening.Bind(new UnixDomainSocketEndPoint(side.Socket));
        listening.Listen(8);
        using (var first = Activate(listening, script))
        {
            Assert.Equal(0, (await side.RunAsync("nix-build F -A ok --no-out-link")).ExitCode);
            await DaemonProgram.TerminateAsync(first);
            Assert.Equal(0, first.ExitCode);
        }
        var waiting = side.RunAsync("nix-build F -A user --no-out-link");
        using var second = Activate(listening, script);
        Assert.Equal(0, (await waiting).ExitCode);
        await DaemonProgram.TerminateAsync(second);
    }

    [SystemdFact]
    public async Task It_tells_when_it_is_ready_that_it_lives_and_that_it_stops()
    {
        using var side = new NixSide();
        var notify = $"{side.Root}/notify";
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint(notify));
        var script = DaemonProgram.Script(side, "daemon", "daemon");
        using var daemon = DaemonProgram.Start("env", $"NOTIFY_SOCKET={notify}", "WATCHDOG_USEC=300000", script);
        var heard = Channel.CreateUnbounded<string>();
        using var end = new CancellationTokenSource();
        var listening = ListenAsync();
        await HearAsync("READY=1");
        Assert.Equal(0, (await side.RunAsync("nix-build F -A ok --no-out-link")).ExitCode);
        await HearAsync("WATCHDOG=1");
        await DaemonProgram.TerminateAsync(daemon);
        await HearAsync("STOPPING=1");
        Assert.Equal(0, daemon.ExitCode);
        Assert.False(File.Exists(side.Socket));
        await end.CancelAsync();
        await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // All the time, as the service manager does: else the daemon waits for it.
        async Task ListenAsync()
        {
            var buffer = new byte[4096];
            while (true)
            {
                var count = await manager.ReceiveAsync(buffer, end.Token);
                heard.Writer.TryWrite(Encoding.UTF8.GetString(buffer, 0, count));
            }
        }

        async Task HearAsync(string state)
        {
            while (!(await heard.Reader.ReadAsync()).StartsWith(state, StringComparison.Ordinal)) { }
        }
    }

    /// <summary>Starts the program with a socket as its descriptor 3, as the service manager does.</summary>
    private static Process Activate(Socket socket, string script)
    {
        var descriptor = socket.Handle.ToInt32();
        Assert.Equal(0, Inherit(descriptor, SetDescriptorFlags, 0));
        // The shell's process id becomes the program's.
        var command =
            $"exec 3<&{descriptor} {descriptor}<&-; LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=nix exec '{script}'";
        return DaemonProgram.Start("/bin/bash", "-c", command);
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Inherit(int descriptor, int command, int flags);
}
