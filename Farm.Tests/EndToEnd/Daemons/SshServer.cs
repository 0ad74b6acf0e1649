using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Farm.Tests.Support;

namespace Farm.Tests.EndToEnd.Daemons;

/// <summary>An OpenSSH server on the loopback interface, with keys of its own, that lets root in by a key of its own.</summary>
internal sealed class SshServer : IAsyncDisposable
{
    private readonly Process _server;

    private SshServer(Process server, string options) => (_server, Options) = (server, options);

    /// <summary>For <c>NIX_SSHOPTS</c>.</summary>
    public string Options { get; }

    /// <param name="directory">Gets keys and configuration; only root may write above it.</param>
    public static async Task<SshServer> StartAsync(string directory)
    {
        foreach (var key in (string[])["host", "user"])
        {
            using var make = DaemonProgram.Start(
                "ssh-keygen",
                "-q",
                "-t",
                "ed25519",
                "-N",
                "",
                "-f",
                $"{directory}/{key}"
            );
            await make.WaitForExitAsync();
            Assert.Equal(0, make.ExitCode);
        }
        Directory.CreateDirectory("/run/sshd");
        var port = FreePort();
        await File.WriteAllLinesAsync(
            $"{directory}/sshd_config",
            [
                $"ListenAddress 127.0.0.1:{port}",
                $"HostKey {directory}/host",
                $"AuthorizedKeysFile {directory}/user.pub",
                "PidFile none",
                "UsePAM no",
                "StrictModes no",
                "PermitRootLogin prohibit-password",
                "PasswordAuthentication no",
                "KbdInteractiveAuthentication no",
                "PrintMotd no",
            ]
        );
        var server = DaemonProgram.Start(OpenSshFactAttribute.Server, "-D", "-e", "-f", $"{directory}/sshd_config");
        await ListeningAsync(port, server);
        return new SshServer(
            server,
            $"-F none -p {port} -i {directory}/user -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR"
        );
    }

    public async ValueTask DisposeAsync()
    {
        _server.Kill(entireProcessTree: true);
        await _server.WaitForExitAsync();
        _server.Dispose();
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static async Task ListeningAsync(int port, Process server)
    {
        while (true)
        {
            Assert.False(server.HasExited, "the SSH server has ended");
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(20);
            }
        }
    }
}
