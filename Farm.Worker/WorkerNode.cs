using System.Net;
using Farm.Http;
using Farm.Http.Caches;
using Farm.Protocol;
using Farm.Store;
using Farm.Store.Actors;
using Farm.Store.BinaryCaches;
using Farm.Store.Compressing;
using Farm.Store.Local;
using Farm.Store.Realisations;
using Farm.Worker.Actors;
using Farm.Worker.Core;
using Farm.Worker.Execution;
using Farm.Worker.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Farm.Worker;

/// <summary>A running worker: its store, served to others as a binary cache, and the actors that build.</summary>
public sealed class WorkerNode : IAsyncDisposable
{
    private static readonly TimeSpan FirstRetryPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>How long builds may take to end when the node stops.</summary>
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource<string> _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Stack<Func<ValueTask>> _ends = new();

    private LocalStore? _store;

    private WorkerNode(WorkerId name) => (Name, WhenFailed) = (name, _failed.Task);

    public WorkerId Name { get; }

    /// <summary>Where the node serves its store, as others reach it.</summary>
    public Uri CacheUrl { get; private set; } = new("about:blank");

    /// <summary>Its own store, for as long as the node runs.</summary>
    public LocalStore Store => _store ?? throw new InvalidOperationException("The node does not run.");

    /// <summary>Ends with the coordinator's reason when it refuses this worker for good; the node should then be disposed.</summary>
    public Task<string> WhenRefused => _refused.Task;

    /// <summary>Fails with a <see cref="VitalActorException"/> when the node cannot go on; it should then be disposed.</summary>
    public Task WhenFailed { get; private set; }

    /// <summary>Opens the store, removes what an earlier life left, serves, and begins to look for the coordinator.</summary>
    /// <exception cref="StoreException">The store cannot be opened; another process may own it.</exception>
    /// <exception cref="SandboxException">What was left cannot be removed.</exception>
    /// <exception cref="IOException">The address cannot be listened on.</exception>
    public static async Task<WorkerNode> StartAsync(
        WorkerNodeSettings settings,
        ILoggerFactory loggers,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var node = new WorkerNode(settings.Worker.Name);
        try
        {
            await node.BeginAsync(settings, loggers, clock, ct).ConfigureAwait(false);
            return node;
        }
        catch
        {
            await node.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Cancels the builds and waits until nothing of them is left, tells the coordinator, and closes the store.</summary>
    public async ValueTask DisposeAsync()
    {
        while (_ends.TryPop(out var end))
            await end().ConfigureAwait(false);
    }

    private async Task BeginAsync(
        WorkerNodeSettings settings,
        ILoggerFactory loggers,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var worker = settings.Worker;
        var log = loggers.CreateLogger("Farm.Worker");
        var actors = ActorSystem.Create("farm-worker");
        _ends.Push(async () => await actors.Terminate().ConfigureAwait(false));
        var store = await LocalStore.OpenAsync(settings.Store, actors, clock, ct).ConfigureAwait(false);
        _ends.Push(store.DisposeAsync);
        foreach (var notice in store.Notices)
            Actors.Log.StoreNotice(log, notice);
        _store = store;
        store.AutoCollector.Observer = new CollectionLog(log);
        WhenFailed = FirstOf(_failed.Task, store.Failure);
        if (store.Mending is { WasClean: false } mended)
            Execution.Log.StoreMended(log, mended.Leftovers, mended.BitsSet, mended.Withdrawn);
        await Leftovers.RemoveAsync(store.Layout.PhysicalStoreDir, log, ct).ConfigureAwait(false);

        if (settings.ServesCache)
        {
            var logs = new StoreBuildLogs(store.Layout);
            var cache = await CacheServer
                .StartAsync(store, settings.Cache, logs, loggers, clock, ct)
                .ConfigureAwait(false);
            _ends.Push(cache.DisposeAsync);
        }
        // To other nodes as it is: they are near, and compressing would cost more than sending.
        var toNodes = settings.Cache with
        {
            Compression = NarCompression.None,
        };
        var served = new ServedStore(store, toNodes, new StoreBuildLogs(store.Layout));
        _ends.Push(() => Disposed(served));
        var web = Serve(worker.Listen, served, clock, loggers);
        _ends.Push(web.DisposeAsync);
        await web.StartAsync(ct).ConfigureAwait(false);
        CacheUrl = worker.AdvertisedUrl ?? Reachable(AddressOf(web));

        var http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = worker.ConnectTimeout })
        {
            // A large archive takes long: the deadline is that of the attempt's phase.
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _ends.Push(() => Disposed(http));
        var retry = new RetryPolicy(FirstRetryPause, worker.LongestRetryPause, worker.GracePeriod, clock);
        var coordinator = PeerAt(worker.Coordinator);
        var fetcher = new InputFetcher(store, coordinator, PeerAt, worker.FetchParallelism, retry, log);
        _ends.Push(() => Disposed(fetcher));
        var spool = LogSpool.Open(Path.Combine(worker.DataDirectory, "logs"));
        var downloads = new FileDownloads(settings.Downloads, clock);
        _ends.Push(() => Disposed(downloads));
        var launcher = new SandboxLauncher(settings.SandboxProgram);
        _ends.Push(() => Disposed(launcher));
        var groups = ControlGroups.Find(settings.Groups);
        Execution.Log.Limits(log, groups.Notice);
        var local = new LocalBuildParts(
            store,
            settings.Sandbox,
            launcher,
            BuildUsers.From(worker.BuildUsersDirectory, worker.BuildUsersGroup)
        )
        {
            Groups = groups,
            Results = settings.Results,
            Downloads = downloads,
            Daemon = settings.BuildDaemon,
        };
        var realisations = new StoreRealisations(store);
        // From the inside out:
        IBuildExecutor executor = new LocalBuildExecutor(local); // builds, in a sandbox
        if (settings.Results.PostBuildHook is { } hook)
            executor = new PostBuildHookBuildExecutor(executor, hook, store.StoreDir); // which a program hears of,
        executor = new RealisationRecordingBuildExecutor(executor, realisations); // and notes what came of it,
        executor = new InputFetchingBuildExecutor(executor, fetcher); // after the inputs are there,
        executor = new OncePerDerivationBuildExecutor(executor, store, local.Turns, realisations); // unless it is built already,
        executor = new OutputUploadingBuildExecutor(
            executor,
            new OutputUploader(store, coordinator, retry),
            store.TempRoots
        ); // and sends it,
        executor = new HoldingBuildExecutor(executor, store.TempRoots); // with all of it kept from the collector,
        executor = new LogStreamingBuildExecutor(executor, spool); // with the log on disk.
        var parts = new WorkerParts(
            new WorkerProfile(
                worker.Name,
                store.StoreDir.Text,
                worker.Capabilities,
                CacheUrl,
                worker.GracePeriod,
                worker.LogWindowBytes,
                FetchAhead: 1
            ),
            new SessionSettings(
                SessionUrl(worker.Coordinator),
                worker.ConnectTimeout,
                worker.KeepAlive,
                FirstRetryPause,
                worker.LongestRetryPause
            ),
            executor,
            spool,
            clock,
            TickInterval,
            log
        );
        var (refused, failed) = (_refused, _failed);
        var vital = actors.ActorOf(Props.Create(() => new VitalActors(failed)), "vital");
        var begin = new VitalActors.Begin(Props.Create(() => new WorkerActor(parts, refused)), "worker");
        var actor = await vital.Ask<IActorRef>(begin, ct).ConfigureAwait(false);
        _ends.Push(async () => await actor.GracefulStop(StopWithin, WorkerActor.Stop.Instance).ConfigureAwait(false));

        HttpPeer PeerAt(Uri address) => new(new HttpStoreClient(http, address, store.StoreDir));
    }

    private static async Task FirstOf(Task task, Task other) =>
        await (await Task.WhenAny(task, other).ConfigureAwait(false)).ConfigureAwait(false);

    private static ValueTask Disposed(IDisposable owned)
    {
        owned.Dispose();
        return ValueTask.CompletedTask;
    }

    private static WebApplication Serve(
        IPEndPoint listen,
        ServedStore served,
        TimeProvider clock,
        ILoggerFactory loggers
    )
    {
        var builder = NodeWebServer.NewBuilder();
        builder.Services.AddSingleton(loggers);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(listen);
            kestrel.AddServerHeader = false;
        });
        var web = builder.Build();
        web.MapBinaryCache(served);
        web.MapStoreAdmin(served.Store, clock);
        return web;
    }

    private static Uri AddressOf(WebApplication web) =>
        new(
            web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() // Kestrel always has the feature, and listens on what was asked
        );

    /// <summary>The address for others: one that means all of the machine's becomes its name.</summary>
    private static Uri Reachable(Uri bound) =>
        IPAddress.TryParse(bound.Host.Trim('[', ']'), out var address)
        && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
            ? new UriBuilder(bound) { Host = Environment.MachineName }.Uri
            : bound;

    private static Uri SessionUrl(Uri coordinator) =>
        new UriBuilder(new Uri(coordinator, "session"))
        {
            Scheme = coordinator.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs,
        }.Uri;
}
