using System.Net;
using Farm.Http;
using Farm.Http.Caches;
using Farm.Store.Local;
using Farm.Store.Roots;
using Farm.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Farm.Tests.Http;

/// <summary>A store of its own, served on a free port of the loopback.</summary>
internal sealed class StoreServer : IAsyncDisposable
{
    private readonly TemporaryStore _temporary;
    private readonly WebApplication _application;
    private readonly HttpClient _http = new();

    private StoreServer(TemporaryStore temporary, WebApplication application) =>
        (_temporary, _application) = (temporary, application);

    public LocalStore Store => _temporary.Store;

    public TemporaryStore Temporary => _temporary;

    public Uri Address =>
        new(
            _application
                .Services.GetRequiredService<IServer>()
                .Features.Get<IServerAddressesFeature>()!
                .Addresses.First()
        );

    public HttpClient Http => _http;

    public HttpStoreClient Client => new(_http, Address, Store.StoreDir);

    public static async Task<StoreServer> StartAsync()
    {
        var temporary = await TemporaryStore.OpenAsync();
        var builder = NodeWebServer.NewBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var application = builder.Build();
        application.MapBinaryCache(temporary.Store);
        var leases = new HoldLeases(temporary.Store.TempRoots, TimeSpan.FromHours(1), TimeProvider.System);
        application.Lifetime.ApplicationStopped.Register(leases.Dispose);
        application.MapUploads(temporary.Store, leases);
        application.MapStoreAdmin(temporary.Store, TimeProvider.System);
        await application.StartAsync();
        return new StoreServer(temporary, application);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _application.StopAsync();
        await _application.DisposeAsync();
        await _temporary.DisposeAsync();
    }
}
