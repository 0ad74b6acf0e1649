using Farm.Daemon.Hosting;
using Farm.Daemon.Server;

namespace Farm.Cli.Nodes;

/// <summary>The client on standard input and output, as SSH runs it.</summary>
internal static class StandardClient
{
    /// <summary>Hands the client on to a daemon that runs.</summary>
    /// <param name="socket">The daemon's socket.</param>
    /// <param name="preamble">What the daemon is told before; may be empty.</param>
    /// <param name="ct">Leaves the client.</param>
    /// <returns>False where none runs.</returns>
    public static async Task<bool> TryHandOnAsync(string socket, ReadOnlyMemory<byte> preamble, CancellationToken ct)
    {
        using var daemon = await DaemonRelay.ConnectAsync(socket, ct).ConfigureAwait(false);
        if (daemon is null)
        {
            return false;
        }
        if (!preamble.IsEmpty)
        {
            await daemon.SendAsync(preamble, ct).ConfigureAwait(false);
        }
        await DaemonRelay
            .RunAsync(daemon, Console.OpenStandardInput(), Console.OpenStandardOutput(), ct)
            .ConfigureAwait(false);
        return true;
    }

    /// <summary>Opens the store for this client alone, and serves it.</summary>
    public static async Task ServeAsync(
        DaemonHostSettings settings,
        CommandServices services,
        Func<DaemonHost, Stream, Task> serve,
        CancellationToken ct
    )
    {
        using var loggers = NodeLogging.Create(
            services.Terminal.ErrorHasColour,
            Microsoft.Extensions.Logging.LogLevel.Warning
        );
        var host = await DaemonHost.OpenAsync(settings, loggers, services.Clock, ct).ConfigureAwait(false);
        await using (host.ConfigureAwait(false))
        {
            var client = new DuplexStream(Console.OpenStandardInput(), Console.OpenStandardOutput());
            await using (client.ConfigureAwait(false))
            {
                await serve(host, client).ConfigureAwait(false);
            }
        }
    }
}
