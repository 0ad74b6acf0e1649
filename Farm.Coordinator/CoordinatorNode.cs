using Farm.Coordinator.Actors;
using Farm.Coordinator.Api;
using Farm.Coordinator.Logs;
using Farm.Coordinator.Persistence;
using Farm.Coordinator.Planning;
using Farm.Coordinator.Scheduling;
using Farm.Http;
using Farm.Http.Caches;
using Farm.Store;
using Farm.Store.Actors;
using Farm.Store.BinaryCaches;
using Farm.Store.Compressing;
using Farm.Store.Integrity;
using Farm.Store.Local;
using Farm.Store.Realisations;
using Farm.Store.Roots;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Farm.Coordinator;

/// <summary>A running coordinator: store, database, actors and HTTP server in one.</summary>
public sealed class CoordinatorNode : IAsyncDisposable
{
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(10);
    private readonly WebApplication _web;
    private readonly ActorSystem _actors;
    private readonly FarmDatabase _database;
    private readonly LocalStore _store;
    private readonly Substituters _substituters;
    private readonly CacheServer? _cache;

    private CoordinatorNode(
        WebApplication web,
        CacheServer? cache,
        ActorSystem actors,
        FarmDatabase database,
        LocalStore store,
        Substituters substituters,
        Task failed
    ) =>
        (_web, _cache, _actors, _database, _store, _substituters, Address, WhenStopped) = (
            web,
            cache,
            actors,
            database,
            store,
            substituters,
            AddressOf(web),
            FirstOf(web.WaitForShutdownAsync(), failed)
        );

    /// <summary>Where it is served, with the port that was taken.</summary>
    public Uri Address { get; }

    /// <summary>Where the store is served as a binary cache for everybody; null where it is not.</summary>
    public Uri? CacheAddress => _cache?.Address;

    /// <summary>Its own store, for as long as the node runs.</summary>
    public LocalStore Store => _store;

    /// <summary>Completes when the HTTP server has stopped, whoever stopped it.</summary>
    /// <remarks>Fails with a <see cref="VitalActorException"/> when the node cannot go on; it should then be disposed.</remarks>
    public Task WhenStopped { get; }

    /// <summary>Opens store and database, takes up what was not over, and serves.</summary>
    /// <exception cref="StoreException">The store cannot be opened, for instance because another process has it.</exception>
    /// <exception cref="InvalidDataException">The database was written by a newer version.</exception>
    /// <exception cref="IOException">The address cannot be listened on.</exception>
    public static async Task<CoordinatorNode> StartAsync(
        CoordinatorSettings settings,
        ILoggerFactory loggers,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var actors = ActorSystem.Create("farm-coordinator");
        LocalStore? store = null;
        FarmDatabase? database = null;
        WebApplication? web = null;
        Substituters? substituters = null;
        CacheServer? cache = null;
        try
        {
            store = await LocalStore.OpenAsync(settings.Store, actors, time, ct).ConfigureAwait(false);
            var file = Path.Combine(settings.DataDir, "coordinator.sqlite");
            database = await FarmDatabase.OpenAsync(file, ct).ConfigureAwait(false);
            substituters = await Substituters.OpenAsync(settings.Substituters, store, time, ct).ConfigureAwait(false);
            web = Web(settings, loggers, store, database, time);
            var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var vital = actors.ActorOf(Props.Create(() => new VitalActors(failed)), "vital");
            using var serving = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var served = ServeAsync(web, settings, actors, vital, store, substituters, database, time, serving.Token);
            var failure = FirstOf(failed.Task, store.Failure);
            if (await Task.WhenAny(served, failure).ConfigureAwait(false) == failure)
            {
                await serving.CancelAsync().ConfigureAwait(false);
                await served.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await failure.ConfigureAwait(false);
            }

            await served.ConfigureAwait(false);
            if (settings.ServesCache)
                cache = await CacheServer
                    .StartAsync(store, settings.Cache, LogsOf(settings, store, database), loggers, time, ct)
                    .ConfigureAwait(false);
            return new CoordinatorNode(web, cache, actors, database, store, substituters, failure);
        }
        catch
        {
            await CloseAsync(web, cache, store, substituters, actors, database).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Takes no more requests, ends sessions (workers go on and come back), and closes store and database.</summary>
    public ValueTask DisposeAsync() => CloseAsync(_web, _cache, _store, _substituters, _actors, _database);

    private static async Task ServeAsync(
        WebApplication web,
        CoordinatorSettings settings,
        ActorSystem actors,
        IActorRef vital,
        LocalStore store,
        Substituters substituters,
        FarmDatabase database,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var log = web.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Farm.Coordinator");
        foreach (var notice in store.Notices)
            Actors.Log.StoreNotice(log, notice);
        if (store.Mending is { WasClean: false } mended)
            Actors.Log.StoreMended(log, mended.Leftovers, mended.BitsSet, mended.Withdrawn);
        store.AutoCollector.Observer = new CollectionLog(log);
        var given = web.Services.GetRequiredService<GivenDerivations>();
        var derivations = new DerivationSource(store, given);
        var realisations = new StoreRealisations(store);
        var planner = new BuildPlanner(
            store,
            derivations,
            database,
            settings.DefaultDuration,
            realisations,
            damaged: new DamagedPaths(store, new RepairSources([]))
        );
        var roots = web.Services.GetRequiredService<GcRootFolder>();
        using var holds = new StoreHolds(store.TempRoots); // until what is restored has its roots
        var work = await Restart.LoadAsync(database, planner, roots, holds, time, log, ct).ConfigureAwait(false);
        var logs = LogsOf(settings);
        var relay = await BeginAsync(vital, Props.Create(() => new LogRelayActor(logs, log)), "log-relay", ct)
            .ConfigureAwait(false);
        var substitution = new OutputSubstitution(substituters, log);
        var snapshot = new SchedulerSnapshot(SchedulerState.Create(settings.Scheduling, Guid.NewGuid()));
        var parts = new SchedulerParts(
            snapshot,
            work.Restored,
            work.Options,
            work.LastBuild,
            new StepRealiser(store, derivations, realisations, roots, substitution),
            database,
            roots,
            relay,
            time
        );
        var scheduler = await BeginAsync(vital, Props.Create(() => new SchedulerActor(parts, log)), "scheduler", ct)
            .ConfigureAwait(false);
        await scheduler
            .Ask<SchedulerMessage.AwaitRestored>(new SchedulerMessage.AwaitRestored(), ct)
            .ConfigureAwait(false);
        var api = new ApiParts(
            database.Identity,
            store.StoreDir.Text,
            store.Layout.Root,
            time.GetUtcNow(),
            actors,
            scheduler,
            relay,
            snapshot,
            // What was unfinished at the start is planned without asking anybody; what is submitted may be fetched.
            new BuildPlanner(
                store,
                derivations,
                database,
                settings.DefaultDuration,
                realisations,
                substitution,
                new DamagedPaths(store, new SubstituterRepairSource(store, substituters))
            ),
            database,
            logs,
            store.TempRoots,
            web.Services.GetRequiredService<HoldLeases>(),
            new Fetchings(time),
            web.Lifetime.ApplicationStopping
        );
        var sessions = new WorkerLinkSettings(
            database.Identity,
            store.StoreDir.Text,
            settings.HeartbeatInterval,
            settings.Scheduling.Limits
        );
        var links = new WorkerLinkParts(
            sessions,
            scheduler,
            relay,
            new RequestSource(store, derivations),
            new InputLocations(),
            time
        );
        web.UseWebSockets(new WebSocketOptions { KeepAliveInterval = settings.HeartbeatInterval });
        web.MapBuilds(api);
        web.MapGivenDerivations(given);
        web.MapFarm(api);
        web.MapLogs(api);
        web.MapSessions(actors, links, log, web.Lifetime.ApplicationStopping);
        web.MapBinaryCache(web.Services.GetRequiredService<ServedStore>());
        web.MapUploads(store, api.Leases);
        web.MapStoreAdmin(store, time);
        await web.StartAsync(ct).ConfigureAwait(false);
    }

    private static Task<IActorRef> BeginAsync(IActorRef vital, Props props, string name, CancellationToken ct) =>
        vital.Ask<IActorRef>(new VitalActors.Begin(props, name), ct);

    private static async Task FirstOf(Task task, Task other) =>
        await (await Task.WhenAny(task, other).ConfigureAwait(false)).ConfigureAwait(false);

    private static WebApplication Web(
        CoordinatorSettings settings,
        ILoggerFactory loggers,
        LocalStore store,
        FarmDatabase database,
        TimeProvider time
    )
    {
        var folder = Path.Combine(store.Layout.RootsDir, "farm");
        var builder = NodeWebServer.NewBuilder();
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(settings.KeepBuilds);
        builder.Services.AddSingleton(new GcRootFolder(folder, store.StoreDir, store.TempRoots, time));
        builder.Services.AddSingleton(
            new GivenDerivations(Path.Combine(settings.DataDir, "given-derivations"), store.StoreDir)
        );
        builder.Services.AddSingleton(_ => new HoldLeases(store.TempRoots, settings.KeepUploads, time));
        // To other nodes as it is: they are near, and compressing would cost more than sending.
        var toNodes = settings.Cache with
        {
            Compression = NarCompression.None,
        };
        builder.Services.AddSingleton(_ => new ServedStore(store, toNodes, LogsOf(settings, store, database)));
        builder.Services.AddHostedService<BuildRootExpiry>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(settings.Listen);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 64 * 1024 * 1024; // uploads lift it for themselves
        });
        return builder.Build();
    }

    private static LogFiles LogsOf(CoordinatorSettings settings) => new(Path.Combine(settings.DataDir, "logs"));

    private static AttemptBuildLogs LogsOf(CoordinatorSettings settings, LocalStore store, FarmDatabase database) =>
        new(database, LogsOf(settings), new StoreBuildLogs(store.Layout));

    private static async ValueTask CloseAsync(
        WebApplication? web,
        CacheServer? cache,
        LocalStore? store,
        Substituters? substituters,
        ActorSystem actors,
        FarmDatabase? database
    )
    {
        if (cache is not null)
        {
            await cache.DisposeAsync().ConfigureAwait(false);
        }

        if (web is not null)
        {
            await web.StopAsync().ConfigureAwait(false);
            await web.DisposeAsync().ConfigureAwait(false);
        }

        substituters?.Dispose();
        if (store is not null)
        {
            await store.DisposeAsync().ConfigureAwait(false);
        }

        await actors.Terminate().ConfigureAwait(false);
        if (database is not null)
        {
            await database.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static Uri AddressOf(WebApplication web) =>
        new(
            web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() // Kestrel always has the feature, and listens on what was asked
        );
}
