using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Farm.Store.Compressing;
using Farm.Store.Hashing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Signing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Farm.Tests.Store.BinaryCaches;

/// <summary>A binary cache behind a real HTTP server, that answers each file as a test wants.</summary>
internal sealed class CacheServer : IAsyncDisposable
{
    private static readonly SecretKey s_key = SecretKey.Generate("cache-1");

    private readonly WebApplication _application;

    private CacheServer(WebApplication application) => _application = application;

    /// <summary>What is answered, by name without a slash at the beginning; what is not there is 404.</summary>
    public ConcurrentDictionary<string, RequestDelegate> Files { get; } = [];

    /// <summary>Names that were asked for, in order.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    /// <summary>Signs what is added; all servers have the same.</summary>
    public SecretKey Key => s_key;

    public string Address =>
        _application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>What was put, where the server takes files.</summary>
    public ConcurrentDictionary<string, (byte[] Bytes, string? MediaType)> Put { get; } = [];

    private bool TakesFiles { get; init; }

    /// <param name="priority">What it says of its own.</param>
    /// <param name="takesFiles">Whether it begins empty and takes files.</param>
    /// <param name="certificate">For HTTPS; null for HTTP.</param>
    public static async Task<CacheServer> StartAsync(
        int priority = 30,
        bool takesFiles = false,
        X509Certificate2? certificate = null
    )
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(
                IPAddress.Loopback,
                0,
                listen =>
                {
                    if (certificate is not null)
                        listen.UseHttps(certificate);
                }
            );
            kestrel.Limits.MinResponseDataRate = null;
        });
        var application = builder.Build();
        var server = new CacheServer(application) { TakesFiles = takesFiles };
        application.Run(server.AnswerAsync);
        await application.StartAsync();
        if (!takesFiles)
            server.Serve("nix-cache-info", Encoding.ASCII.GetBytes($"StoreDir: /nix/store\nPriority: {priority}\n"));
        return server;
    }

    public void Serve(string name, byte[] bytes) =>
        Files[name] = async context =>
        {
            context.Response.ContentLength = bytes.Length;
            if (HttpMethods.IsGet(context.Request.Method))
                await context.Response.Body.WriteAsync(bytes);
        };

    /// <summary>Serves a path that is not addressed by its content, signed.</summary>
    /// <param name="name">The name in the path, from which the rest of it follows.</param>
    /// <param name="nar">Its archive.</param>
    /// <param name="compression">Of the archive.</param>
    /// <param name="references">What it refers to.</param>
    /// <param name="lie">What is changed before it is signed.</param>
    /// <param name="lieUnsigned">What is changed in the narinfo after that.</param>
    public PathInfo Add(
        string name,
        byte[] nar,
        string compression = "none",
        ImmutableSortedSet<StorePath>? references = null,
        Func<PathInfo, PathInfo>? lie = null,
        Func<NarInfo, NarInfo>? lieUnsigned = null
    )
    {
        var info = new PathInfo
        {
            Path = PathOf(name),
            NarHash = Sha256Digest.Compute(nar),
            NarSizeBytes = nar.Length,
            References = references ?? [],
        };
        info = lie?.Invoke(info) ?? info;
        info = info with { Signatures = [Key.Sign(StoreDir.Default, info)] };
        var file = Compress(nar, compression);
        var narInfo = new NarInfo
        {
            Info = info,
            Url = $"nar/{name}",
            Compression = compression,
            FileSizeBytes = file.Length,
        };
        narInfo = lieUnsigned?.Invoke(narInfo) ?? narInfo;
        Serve($"nar/{name}", file);
        Serve($"{info.Path.Hash}.narinfo", Encoding.UTF8.GetBytes(NarInfoPrinter.Print(StoreDir.Default, narInfo)));
        return info;
    }

    public static StorePath PathOf(string name) =>
        StorePath.Parse($"{Sha256Digest.Compute(Encoding.UTF8.GetBytes(name)).ToNixBase32()[..32]}-{name}");

    /// <summary>All in memory, so that nothing is waited for.</summary>
    public static byte[] Compress(byte[] bytes, string compression) => CompressAsync(bytes, compression).Result;

    private static async Task<byte[]> CompressAsync(byte[] bytes, string compression)
    {
        using var compressed = new MemoryStream();
        await using (var encoder = NarCompression.Find(compression)!.Compress(compressed, 1, 1))
            await encoder.WriteAsync(bytes);
        return compressed.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _application.StopAsync(now.Token);
        await _application.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext context, string name)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        Put[name] = (body.ToArray(), context.Request.ContentType);
        Serve(name, body.ToArray());
        context.Response.StatusCode = 201;
    }

    private Task AnswerAsync(HttpContext context)
    {
        var name = context.Request.Path.Value!.TrimStart('/');
        Asked.Enqueue(name);
        if (TakesFiles && HttpMethods.IsPut(context.Request.Method))
            return TakeAsync(context, name);
        if (Files.TryGetValue(name, out var answer))
            return answer(context);
        context.Response.StatusCode = 404;
        return Task.CompletedTask;
    }
}
