using System.Net.Sockets;
using Farm.Daemon.Building;
using Farm.Daemon.Building.Steps;
using Farm.Daemon.Configuration;
using Farm.Daemon.Connections;
using Farm.Daemon.Farms;
using Farm.Daemon.Recursive;
using Farm.Daemon.Server;
using Farm.Daemon.Serving;
using Farm.Daemon.Trust;
using Farm.Store;
using Farm.Store.BinaryCaches;
using Farm.Store.Integrity;
using Farm.Store.Local;
using Farm.Store.Realisations;
using Farm.Store.Wire;
using Farm.Worker.Execution;
using Farm.Worker.Running;
using Microsoft.Extensions.Logging;

namespace Farm.Daemon.Hosting;

/// <summary>An open store with all that serves it to clients of Nix.</summary>
public sealed class DaemonHost : IAsyncDisposable
{
    private readonly Stack<Func<ValueTask>> _ends = new();
    private readonly ILoggerFactory _loggers;
    private readonly TimeProvider _clock;

    private DaemonHost(ILoggerFactory loggers, TimeProvider clock) => (_loggers, _clock) = (loggers, clock);

    /// <summary>What clients are served with, for as long as the host is open.</summary>
    public DaemonParts Parts { get; private set; } = null!; // set by OpenAsync, before anybody has the host

    /// <summary>Fails when a part of the store has failed that it cannot do without; the process should then end.</summary>
    public Task Failure => Parts.Store.Failure;

    /// <summary>Opens the store and prepares to build.</summary>
    /// <exception cref="StoreException">The store cannot be opened; another process may own it.</exception>
    public static async Task<DaemonHost> OpenAsync(
        DaemonHostSettings settings,
        ILoggerFactory loggers,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var host = new DaemonHost(loggers, clock);
        try
        {
            await host.BeginAsync(settings, ct).ConfigureAwait(false);
            return host;
        }
        catch
        {
            await host.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Serves on sockets that listen until it is stopped.</summary>
    public Task ServeAsync(IReadOnlyList<Socket> sockets, CancellationToken ct) =>
        new DaemonServer(Parts, _clock, _loggers.CreateLogger<DaemonServer>()).RunAsync(sockets, ct);

    /// <summary>Serves one client of the worker protocol.</summary>
    public Task ServeAsync(Stream client, bool isTrusted, CancellationToken ct) =>
        new DaemonSession(Parts, isTrusted, _loggers.CreateLogger<DaemonSession>()).RunAsync(client, ct);

    /// <summary>Serves one client of the serve protocol, who may do all that the owner of the store may.</summary>
    public async Task ServePathsAsync(Stream client, bool mayWrite, CancellationToken ct)
    {
        using var reader = new WireReader(client);
        await new ServeSession(Parts, reader, client).RunAsync(mayWrite, isTrusted: true, ct).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        while (_ends.TryPop(out var end))
            await end().ConfigureAwait(false);
    }

    private async Task BeginAsync(DaemonHostSettings settings, CancellationToken ct)
    {
        var configuration = settings.Configuration;
        var actors = ActorSystem.Create("farm-daemon");
        _ends.Push(async () => await actors.Terminate().ConfigureAwait(false));
        var store = await LocalStore.OpenAsync(configuration.Store, actors, _clock, ct).ConfigureAwait(false);
        _ends.Push(store.DisposeAsync);
        var log = _loggers.CreateLogger<DaemonHost>();
        await Leftovers.RemoveAsync(store.Layout.PhysicalStoreDir, log, ct).ConfigureAwait(false);
        var substituters = await Substituters
            .OpenAsync(configuration.Substituters, store, _clock, ct)
            .ConfigureAwait(false);
        _ends.Push(() => Disposed(substituters));
        var launcher = new SandboxLauncher(settings.SandboxProgram);
        _ends.Push(() => Disposed(launcher));
        var groups = ControlGroups.Find(settings.Groups);
        Connections.Log.Limits(log, groups.Notice);
        var downloads = new FileDownloads(configuration.Substituters.Http, _clock);
        _ends.Push(() => Disposed(downloads));
        var parts = new LocalBuildParts(
            store,
            configuration.Sandbox,
            launcher,
            BuildUsers.From(store.Layout.StateDir, configuration.HasBuildUsers ? configuration.BuildUsersGroup : null)
        )
        {
            Groups = groups,
            Results = configuration.Results,
            Downloads = downloads,
        };
        var realisations = new StoreRealisations(store);
        FarmPlace? farm = null;
        if (settings.Coordinator is { } coordinator)
        {
            var link = FarmLink.Open(coordinator, store, log, _clock);
            _ends.Push(() => Disposed(link));
            farm = new FarmPlace(link, store, _clock);
        }
        var local = new LocalPlace(
            parts,
            realisations,
            build => new BuildDaemon(build, substituters, _clock, _loggers.CreateLogger<BuildDaemon>())
        );
        var steps = new PlacedSteps(store, realisations, local, farm, _clock);
        var choices = new ClientSubstituters(configuration, store, substituters, _clock);
        _ends.Push(choices.DisposeAsync);
        Parts = new DaemonParts
        {
            Choices = choices,
            Store = store,
            Realisations = realisations,
            Substituters = substituters,
            Builder = new DaemonBuilder(
                store,
                realisations,
                new ClientTerms(configuration, settings.Machine, choices),
                steps
            ),
            Repair = new SubstituterRepairSource(store, substituters),
            Settings = new DaemonSettings
            {
                Trust = new TrustRules
                {
                    TrustedUsers = configuration.TrustedUsers,
                    AllowedUsers = configuration.AllowedUsers,
                    BuildUsersGroup = configuration.BuildUsersGroup,
                },
                OpenSubstituters = [.. StoreMapping.AllowedSubstituters(configuration.Settings)],
                VersionText = settings.VersionText,
            },
        };
    }

    private static ValueTask Disposed(IDisposable owned)
    {
        owned.Dispose();
        return ValueTask.CompletedTask;
    }
}
