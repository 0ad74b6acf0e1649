using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Farm.Http.Caches;
using Farm.Store.Compressing;
using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Signing;
using Farm.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Farm.Tests.Http.Caches;

/// <summary>A store of its own behind a real cache server on a free port, with a key that signs and one uploader.</summary>
internal sealed class ServedCache : IAsyncDisposable
{
    public const string User = "pusher";
    public const string Secret = "a-secret-of-some-length";

    private static readonly CancellationToken s_ct = CancellationToken.None;

    private readonly TemporaryStore _temporary;
    private readonly CacheServer _server;

    private ServedCache(TemporaryStore temporary, CacheServer server, SecretKey key) =>
        (_temporary, _server, Key) = (temporary, server, key);

    public LocalStore Store => _temporary.Store;

    public Uri Address => _server.Address;

    /// <summary>Signs what the store serves, and counts in it.</summary>
    public SecretKey Key { get; }

    public HttpClient Http { get; } = new();

    public string Work(string name) => _temporary.Work(name);

    /// <param name="settings">Changes what is the default.</param>
    /// <param name="takesUploads">Whether the uploader may upload.</param>
    public static async Task<ServedCache> StartAsync(
        Func<CacheSettings, CacheSettings>? settings = null,
        bool takesUploads = false
    )
    {
        var temporary = await TemporaryStore.OpenAsync();
        var key = SecretKey.Generate("served-1");
        await KeyFile.WriteNewSecretAsync(temporary.Work("key"), key, s_ct);
        temporary.Settings = temporary.Settings with
        {
            Signing = new() { SecretKeyFiles = [temporary.Work("key")], TrustedPublicKeys = [] },
        };
        await temporary.ReopenAsync();
        var chosen = new CacheSettings
        {
            Listen = new(IPAddress.Loopback, 0),
            ShutdownTimeout = TimeSpan.FromSeconds(1),
        };
        if (takesUploads)
        {
            await File.WriteAllTextAsync(temporary.Work("credentials"), $"# who may push\n{User}:{Secret}\n");
            File.SetUnixFileMode(temporary.Work("credentials"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
            chosen = chosen with { Uploads = new() { CredentialsFile = temporary.Work("credentials") } };
        }
        var server = await CacheServer.StartAsync(
            temporary.Store,
            settings?.Invoke(chosen) ?? chosen,
            new StoreBuildLogs(temporary.Store.Layout),
            NullLoggerFactory.Instance,
            TimeProvider.System,
            s_ct
        );
        return new(temporary, server, key);
    }

    public Task<PathInfo> AddTextAsync(string name, string text, params StorePath[] references) =>
        Store.AddTextAsync(StorePathName.Parse(name), Encoding.UTF8.GetBytes(text), [.. references], s_ct);

    /// <summary>Adds a copy of a file or directory.</summary>
    public Task<PathInfo> AddFilesAsync(string name, string path) =>
        Store.AddFileTreeAsync(StorePathName.Parse(name), path, ContentAddressMethod.Nar, HashAlgorithm.Sha256, s_ct);

    public async Task<byte[]> NarOfAsync(PathInfo info)
    {
        using var nar = new MemoryStream();
        await Store.DumpNarAsync(info.Path, nar, s_ct);
        return nar.ToArray();
    }

    /// <summary>Asks for a file; the answer is for the caller to dispose.</summary>
    public Task<HttpResponseMessage> GetAsync(string file, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, file, headers);

    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        string file,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(method, new Uri(Address, file));
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await Http.SendAsync(request, s_ct);
    }

    /// <summary>Puts a file.</summary>
    /// <param name="secret">Null for a request without credentials.</param>
    /// <returns>The status and what was said.</returns>
    public async Task<(HttpStatusCode Status, string Text)> PutAsync(string file, byte[] bytes, string? secret = Secret)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(Address, file))
        {
            Content = new ByteArrayContent(bytes),
        };
        if (secret is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        using var response = await Http.SendAsync(request, s_ct);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>What a client makes of what it got.</summary>
    public static async Task<byte[]> DecompressedAsync(NarCompression compression, byte[] bytes)
    {
        using var nar = new MemoryStream();
        await using (var decompressed = compression.Decompress(new MemoryStream(bytes)))
            await decompressed.CopyToAsync(nar);
        return nar.ToArray();
    }

    public static string NarFile(PathInfo info) => $"nar/{NarFileName.Of(info)}";

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _server.DisposeAsync();
        await _temporary.DisposeAsync();
    }
}
