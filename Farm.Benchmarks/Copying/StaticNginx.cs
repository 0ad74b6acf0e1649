using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Farm.Benchmarks.Measuring;

namespace Farm.Benchmarks.Copying;

/// <summary>nginx on a free port of the loopback, serving the files of a folder with sendfile.</summary>
internal sealed class StaticNginx : IAsyncDisposable
{
    private static readonly string[] s_places = ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"];

    private readonly Process _process;

    private StaticNginx(Process process, string address) => (_process, Address) = (process, address);

    /// <summary>Without a slash at its end.</summary>
    public string Address { get; }

    /// <summary>Serves what is below a folder.</summary>
    /// <returns>Null where nginx is not installed (Debian: nginx-light).</returns>
    public static async Task<StaticNginx?> TryStartAsync(WorkFolder work, string folder, CancellationToken ct)
    {
        if (Array.Find(s_places, File.Exists) is not { } program)
            return null;
        var port = FreePort();
        var configuration = work.Path("nginx.conf");
        await File.WriteAllTextAsync(
            configuration,
            $$"""
            daemon off; worker_processes auto; pid {{work.Path("nginx.pid")}}; error_log {{work.Path("nginx.log")}};
            events { worker_connections 1024; }
            http {
                access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; default_type application/x-nix-nar;
                client_body_temp_path {{work.Path("nginx-temp")}}; proxy_temp_path {{work.Path("nginx-temp")}};
                fastcgi_temp_path {{work.Path("nginx-temp")}}; uwsgi_temp_path {{work.Path("nginx-temp")}};
                scgi_temp_path {{work.Path("nginx-temp")}};
                server { listen 127.0.0.1:{{port}}; root {{folder}}; }
            }
            """,
            ct
        );
        // Its processes run as the user that owns the folder.
        var start = new ProcessStartInfo(
            program,
            ["-c", configuration, "-p", work.FullPath, "-g", Environment.IsPrivilegedProcess ? "user root;" : ""]
        )
        {
            RedirectStandardError = true,
        };
        var server = new StaticNginx(
            Process.Start(start) ?? throw new InvalidOperationException("nginx could not be started."),
            $"http://127.0.0.1:{port}"
        );
        try
        {
            await server.AwaitAsync(port, ct);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task AwaitAsync(int port, CancellationToken ct)
    {
        while (true)
        {
            if (_process.HasExited)
                throw new InvalidOperationException(
                    $"nginx has ended: {await _process.StandardError.ReadToEndAsync(ct)}"
                );
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, port, ct);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), ct);
            }
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
