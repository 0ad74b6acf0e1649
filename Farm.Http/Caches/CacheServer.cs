using Farm.Store;
using Farm.Store.Local;
using Farm.Store.Roots;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Farm.Http.Caches;

/// <summary>A binary cache for everybody on an address of its own, where nothing else of a node can be reached.</summary>
public sealed partial class CacheServer : IAsyncDisposable
{
    private readonly Stack<Func<ValueTask>> _ends = new();
    private WebApplication? _web;

    private CacheServer() { }

    /// <summary>Where it is served, with the port that was taken.</summary>
    public Uri Address { get; private set; } = new("about:blank");

    /// <summary>Completes when the server has stopped, whoever stopped it.</summary>
    public Task WhenStopped { get; private set; } = Task.CompletedTask;

    /// <param name="store">What is served, and where uploads go; must outlive the server.</param>
    /// <param name="settings">How.</param>
    /// <param name="logs">Logs of builds.</param>
    /// <param name="loggers">Told of failures, and of requests where the settings say so.</param>
    /// <param name="clock">The time.</param>
    /// <param name="ct">Stops the start.</param>
    /// <exception cref="StoreException.FileSystem">Certificate or credentials cannot be read.</exception>
    /// <exception cref="NixFormatException">The credentials break a rule.</exception>
    /// <exception cref="IOException">The address cannot be listened on.</exception>
    public static async Task<CacheServer> StartAsync(
        LocalStore store,
        CacheSettings settings,
        IBuildLogs logs,
        ILoggerFactory loggers,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var server = new CacheServer();
        try
        {
            await server.BeginAsync(store, settings, logs, loggers, clock, ct).ConfigureAwait(false);
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Takes no more requests, and waits for those under way for as long as the settings say.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_web is not null)
            await _web.StopAsync().ConfigureAwait(false);
        while (_ends.TryPop(out var end))
            await end().ConfigureAwait(false);
    }

    private async Task BeginAsync(
        LocalStore store,
        CacheSettings settings,
        IBuildLogs logs,
        ILoggerFactory loggers,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var log = loggers.CreateLogger("Farm.Cache");
        var web = Build(settings, loggers, log);
        _ends.Push(web.DisposeAsync);
        UseLimits(web, settings.Limits);
        if (settings.AccessLog is { } file)
        {
            var access = new AccessLog(file, log, clock);
            _ends.Push(access.DisposeAsync);
            web.Use(next => context => access.PassAsync(context, next));
        }
        if (settings.Limits.PerSecond > 0)
            web.UseRateLimiter(RequestLimits.Of(settings.Limits));
        // After the limits, so that what is not there costs as much as what is.
        web.UseRouting();
        UploadedNars? nars = null;
        if (settings.Uploads.CredentialsFile is not null)
        {
            nars = UploadedNars.Open(store.Layout, settings.Uploads, clock);
            _ends.Push(() => Disposed(nars));
        }
        var served = new ServedStore(store, settings, logs) { Uploaded = nars };
        _ends.Push(() => Disposed(served));
        web.MapBinaryCache(served);
        if (nars is null)
            CacheUploadEndpoints.MapRefusal(web);
        else
            await MapUploadsAsync(web, served, nars, clock, ct).ConfigureAwait(false);
        web.MapFallback(
            "/{**anything}",
            CacheRequest.Handler(context =>
                Task.FromResult<CacheProblem?>(
                    HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)
                        ? new CacheProblem.NotHere()
                        : new CacheProblem.NotAllowed()
                )
            )
        );
        await web.StartAsync(ct).ConfigureAwait(false);
        _web = web;
        Address = new(
            web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() // Kestrel always has the feature, and listens on what was asked
        );
        WhenStopped = web.WaitForShutdownAsync(CancellationToken.None);
        Serving(log, store.StoreDir.Text, Address);
    }

    private async Task MapUploadsAsync(
        WebApplication web,
        ServedStore served,
        UploadedNars nars,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var settings = served.Settings.Uploads;
        var credentials = await UploadCredentials.ReadAsync(settings.CredentialsFile!, ct).ConfigureAwait(false); // The caller has looked.
        var leases = new HoldLeases(served.Store.TempRoots, settings.KeepPending, clock);
        _ends.Push(() => Disposed(leases));
        var paths = new UploadedPaths(served.Store, nars, leases, settings);
        new CacheUploadEndpoints(served, nars, paths, credentials).Map(web);
    }

    private static WebApplication Build(CacheSettings settings, ILoggerFactory loggers, ILogger log)
    {
        var builder = NodeWebServer.NewBuilder();
        builder.Services.AddSingleton(loggers);
        builder.Services.AddRateLimiter(_ => { });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = settings.ShutdownTimeout);
        builder.WebHost.UseKestrelHttpsConfiguration();
        var certificate = settings.Tls is null ? null : TlsCertificate.Load(settings.Tls, log);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            if (settings.Limits.MaxConnections > 0)
                kestrel.Limits.MaxConcurrentConnections = settings.Limits.MaxConnections;
            kestrel.Listen(settings.Listen, listen => Secure(listen, certificate));
        });
        return builder.Build();
    }

    private static void Secure(ListenOptions listen, TlsCertificate? certificate)
    {
        if (certificate is not null)
            listen.UseHttps(
                new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(certificate.Options()) }
            );
    }

    private static void UseLimits(WebApplication web, CacheLimitSettings limits)
    {
        if (limits.TrustedProxies.IsEmpty)
            return;
        var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var proxy in limits.TrustedProxies)
            forwarded.KnownProxies.Add(proxy);
        web.UseForwardedHeaders(forwarded);
    }

    private static ValueTask Disposed(IDisposable owned)
    {
        owned.Dispose();
        return ValueTask.CompletedTask;
    }

    [LoggerMessage(
        5130,
        Microsoft.Extensions.Logging.LogLevel.Information,
        "The store {StoreDir} is served as a binary cache on {Address}"
    )]
    private static partial void Serving(ILogger logger, string storeDir, Uri address);
}
