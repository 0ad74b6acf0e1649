using System.Net;
using Farm.Http.Caches;
using Farm.Store.Local;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Farm.Benchmarks.Copying;

/// <summary>A binary cache behind HTTP on a free port of the loopback, in this process.</summary>
internal sealed class CacheServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private CacheServer(WebApplication application) => _application = application;

    /// <summary>Without a slash at its end.</summary>
    public string Address =>
        _application
            .Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()! // There from the start of the server on.
            .Addresses.First();

    /// <summary>A store as Farm's nodes serve theirs.</summary>
    public static Task<CacheServer> ServeAsync(LocalStore store, CancellationToken ct) =>
        StartAsync(application => application.MapBinaryCache(store), ct);

    /// <summary>One that answers every request with the same bytes: what the web server itself costs.</summary>
    public static Task<CacheServer> ServeAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct) =>
        StartAsync(
            application =>
                application.Run(context =>
                {
                    context.Response.ContentLength = bytes.Length;
                    return context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
                }),
            ct
        );

    /// <summary>A plain server of a folder's files, which takes files too, as nginx does with WebDAV.</summary>
    public static Task<CacheServer> ServeAsync(string folder, CancellationToken ct) =>
        StartAsync(application => application.Run(context => AnswerAsync(folder, context)), ct);

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }

    private static async Task<CacheServer> StartAsync(Action<WebApplication> map, CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var application = builder.Build();
        map(application);
        await application.StartAsync(ct);
        return new(application);
    }

    private static async Task AnswerAsync(string folder, HttpContext context)
    {
        var (request, response, ct) = (context.Request, context.Response, context.RequestAborted);
        var file = folder + request.Path;
        if (HttpMethods.IsPut(request.Method))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!); // The path begins with a slash.
            await using var written = File.Create(file);
            await request.Body.CopyToAsync(written, ct);
            response.StatusCode = StatusCodes.Status201Created;
        }
        else if (!File.Exists(file))
        {
            response.StatusCode = StatusCodes.Status404NotFound;
        }
        else if (HttpMethods.IsHead(request.Method))
        {
            response.ContentLength = new FileInfo(file).Length;
        }
        else
        {
            await response.SendFileAsync(file, ct);
        }
    }
}
