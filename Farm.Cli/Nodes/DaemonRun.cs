using System.Reflection;
using Farm.Daemon;
using Farm.Daemon.Building;
using Farm.Daemon.Connections;
using Farm.Daemon.Server;
using Farm.Store.BinaryCaches;
using Farm.Store.Integrity;
using Farm.Store.Local;
using Microsoft.Extensions.Logging;

namespace Farm.Cli.Nodes;

/// <summary>A daemon in this process, from the opening of its store to the end.</summary>
internal sealed class DaemonRun(DaemonPlan plan, CommandServices services)
{
    /// <summary>Listens until it is stopped.</summary>
    /// <exception cref="DaemonStartException">It cannot listen there.</exception>
    public async Task ListenAsync(NodeLifetime lifetime)
    {
        using var loggers = NodeLogging.Create(services.Terminal.ErrorHasColour);
        // First: who asks meanwhile waits until the store is open.
        using var listening = ListeningSocket.Bind(plan.SocketPath);
        await UseAsync(
                async (parts, ct) =>
                {
                    services.Terminal.Error.WriteLine($"listening on {listening.Path}");
                    await new DaemonServer(parts, services.Clock, loggers.CreateLogger<DaemonServer>())
                        .RunAsync([listening.Socket], ct)
                        .ConfigureAwait(false);
                },
                lifetime
            )
            .ConfigureAwait(false);
    }

    /// <summary>Serves whoever is at the other end of standard input and output: by the daemon that runs on the socket, if there is
    /// one, else on the store itself.</summary>
    public async Task ServeInputAsync(NodeLifetime lifetime)
    {
        var input = Console.OpenStandardInput();
        var output = services.Terminal.RawOut;
        using var daemon = await DaemonRelay.ConnectAsync(plan.SocketPath, lifetime.Stop).ConfigureAwait(false);
        if (daemon is not null)
        {
            await DaemonRelay.RunAsync(daemon, input, output, lifetime.Stop).ConfigureAwait(false);
            return;
        }
        using var loggers = NodeLogging.Create(services.Terminal.ErrorHasColour);
        var stream = new DuplexStream(input, output);
        await using (stream.ConfigureAwait(false))
        {
            await UseAsync(
                    (parts, ct) =>
                        new DaemonSession(parts, isTrusted: true, loggers.CreateLogger("Farm.Daemon")).RunAsync(
                            stream,
                            ct
                        ),
                    lifetime
                )
                .ConfigureAwait(false);
        }
    }

    /// <summary>Opens the store, and works on it until the work ends, the daemon is stopped, or the store fails.</summary>
    private async Task UseAsync(Func<DaemonParts, CancellationToken, Task> work, NodeLifetime lifetime)
    {
        var opened = await OpenedStore.OpenAsync(plan.Store, services.Clock, lifetime.Stop).ConfigureAwait(false);
        await using (opened.ConfigureAwait(false))
        {
            foreach (var notice in opened.Store.Notices)
            {
                services.Terminal.Error.WriteLine(notice);
            }
            using var substituters = await Substituters
                .OpenAsync(plan.Substituters, opened.Store, services.Clock, lifetime.Stop)
                .ConfigureAwait(false);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(lifetime.Stop);
            var working = work(Parts(opened.Store, substituters), stop.Token);
            await Task.WhenAny(working, opened.Store.Failure).ConfigureAwait(false);
            await stop.CancelAsync().ConfigureAwait(false);
            await working.ConfigureAwait(false);
            if (opened.Store.Failure.IsFaulted)
            {
                await opened.Store.Failure.ConfigureAwait(false); // ends the program with what the store failed of
            }
        }
    }

    private DaemonParts Parts(LocalStore store, Substituters substituters) =>
        new()
        {
            Store = store,
            Substituters = substituters,
            Builder = new RefusingBuilder(),
            Repair = new SubstituterRepairSource(store, substituters),
            Settings = new DaemonSettings
            {
                OpenSubstituters = [.. plan.Substituters.Caches.Select(cache => cache.Shown)],
                VersionText = $"farm {Version}",
            },
        };

    private static string Version =>
        typeof(DaemonRun).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? "";
}
