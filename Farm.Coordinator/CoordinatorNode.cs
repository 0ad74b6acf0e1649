using System.Net;
using Farm.Coordinator.Actors;
using Farm.Coordinator.Api;
using Farm.Coordinator.Logs;
using Farm.Coordinator.Persistence;
using Farm.Coordinator.Planning;
using Farm.Coordinator.Scheduling;
using Farm.Http;
using Farm.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Farm.Coordinator;

/// <summary>A running coordinator: HTTP server, actors and database over a store.</summary>
public sealed class CoordinatorNode : IAsyncDisposable
{
    private readonly WebApplication _web;
    private readonly ActorSystem _actors;
    private readonly FarmDatabase _database;

    private CoordinatorNode(WebApplication web, ActorSystem actors, FarmDatabase database, Uri address) =>
        (_web, _actors, _database, Address) = (web, actors, database, address);

    /// <summary>Where it is served, with the port that was taken.</summary>
    public Uri Address { get; }

    /// <summary>Completes when the HTTP server has stopped, whoever stopped it.</summary>
    public Task WhenStopped => _web.WaitForShutdownAsync();

    /// <summary>Starts a coordinator over a store that is open already and stays the caller's.</summary>
    /// <param name="rootsFolder">Where links that keep paths from collection go: a folder below the store's <c>gcroots</c>.</param>
    /// <exception cref="InvalidDataException">The database was written by a newer version.</exception>
    /// <exception cref="IOException">The address cannot be listened on.</exception>
    public static async Task<CoordinatorNode> StartAsync(
        CoordinatorSettings settings,
        IStore store,
        string rootsFolder,
        ILoggerFactory loggers,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var database = await FarmDatabase
            .OpenAsync(Path.Combine(settings.DataDir, "coordinator.sqlite"), ct)
            .ConfigureAwait(false);
        var actors = ActorSystem.Create("farm-coordinator");
        try
        {
            var log = loggers.CreateLogger("Farm.Coordinator");
            var planner = new BuildPlanner(store, database, settings.DefaultDuration);
            var work = await Restart.LoadAsync(database, planner, time, log, ct).ConfigureAwait(false);
            var logs = new LogFiles(Path.Combine(settings.DataDir, "logs"));
            var relay = actors.ActorOf(Props.Create(() => new LogRelayActor(logs, log)), "logs");
            var snapshot = new SchedulerSnapshot(SchedulerState.Create(settings.Scheduling, Guid.NewGuid()));
            var schedulerParts = new SchedulerParts(
                snapshot,
                work.Restored,
                work.Options,
                work.LastBuild,
                store,
                database,
                new GcRootFolder(rootsFolder, store.StoreDir),
                relay,
                time
            );
            var scheduler = actors.ActorOf(Props.Create(() => new SchedulerActor(schedulerParts, log)), "scheduler");
            var api = new ApiParts(
                database.Identity,
                store.StoreDir.Text,
                settings.DataDir,
                time.GetUtcNow(),
                actors,
                scheduler,
                relay,
                snapshot,
                planner,
                database,
                logs
            );
            var links = new WorkerLinkParts(
                new WorkerLinkSettings(
                    database.Identity,
                    store.StoreDir.Text,
                    settings.HeartbeatInterval,
                    settings.Scheduling.Limits
                ),
                scheduler,
                relay,
                new RequestSource(store),
                new InputLocations(),
                time
            );
            var web = Web(settings.Listen, store, loggers, api, links, log);
            await web.StartAsync(ct).ConfigureAwait(false);
            return new CoordinatorNode(web, actors, database, AddressOf(web));
        }
        catch
        {
            await actors.Terminate().ConfigureAwait(false);
            await database.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Takes no more requests, ends sessions (workers go on and come back), writes what is decided, and closes the database.</summary>
    public async ValueTask DisposeAsync()
    {
        await _actors.Terminate().ConfigureAwait(false);
        await _web.StopAsync().ConfigureAwait(false);
        await _web.DisposeAsync().ConfigureAwait(false);
        await _database.DisposeAsync().ConfigureAwait(false);
    }

    private static WebApplication Web(
        IPEndPoint listen,
        IStore store,
        ILoggerFactory loggers,
        ApiParts api,
        WorkerLinkParts links,
        ILogger log
    )
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSingleton(loggers);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(listen);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 64 * 1024 * 1024; // uploads lift it for themselves
        });
        var web = builder.Build();
        web.UseWebSockets(new WebSocketOptions { KeepAliveInterval = links.Settings.HeartbeatInterval });
        web.MapBuilds(api);
        web.MapFarm(api);
        web.MapLogs(api);
        web.MapSessions(api.Actors, links, log);
        web.MapBinaryCache(store);
        web.MapUploads(store);
        return web;
    }

    private static Uri AddressOf(WebApplication web) =>
        new(
            web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() // Kestrel always has the feature, and listens on what was asked
        );
}
