using System.Diagnostics;
using Farm.Daemon.Configuration;
using Farm.Daemon.Hosting;
using Farm.Daemon.Machine;
using Farm.Daemon.Server;
using Farm.Tests.Daemon.Support;
using Farm.Worker.Running;
using Microsoft.Extensions.Logging.Abstractions;

namespace Farm.Tests.Daemon.Clients;

/// <summary>Two machines alike, the one with this daemon, the other with the real <c>nix-daemon</c>.</summary>
public sealed class BothDaemons : IAsyncLifetime, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private DaemonHost? _host;
    private ListeningSocket? _socket;
    private Task _serving = Task.CompletedTask;
    private Process? _real;

    internal NixSide Farm { get; } = new();

    internal NixSide Real { get; } = new();

    public async Task InitializeAsync()
    {
        if (new BuildingDaemonFactAttribute().Skip is not null)
            return; // Nobody asks for them.
        _host = await DaemonHost.OpenAsync(
            SettingsOf(Farm),
            NullLoggerFactory.Instance,
            TimeProvider.System,
            CancellationToken.None
        );
        _socket = ListeningSocket.Bind(Farm.Socket);
        _serving = _host.ServeAsync([_socket.Socket], _stop.Token);
        _real = Real.StartDaemon();
        while (!File.Exists(Real.Socket))
        {
            Assert.False(_real.HasExited, "nix-daemon has ended");
            await Task.Delay(10);
        }
    }

    public void Dispose() => _stop.Dispose();

    /// <summary>What a daemon on this side is made from.</summary>
    internal static DaemonHostSettings SettingsOf(NixSide side)
    {
        var directories = NixDirectories.From(side.Variables.GetValueOrDefault);
        var settings = NixConfiguration.Read(
            directories,
            path => File.Exists(path) ? File.ReadAllText(path) : null,
            null,
            []
        );
        var machine = MachineProbe.Look();
        return new DaemonHostSettings
        {
            Configuration = DaemonConfiguration.From(directories, settings, machine),
            Machine = machine,
            SandboxProgram = SandboxProgram.Find(null),
            VersionText = "farm",
        };
    }

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _socket?.Dispose();
        if (_host is not null)
            await _host.DisposeAsync();
        if (_real is not null)
        {
            _real.Kill(entireProcessTree: true);
            await _real.WaitForExitAsync();
            _real.Dispose();
        }
        Farm.Dispose();
        Real.Dispose();
    }
}
