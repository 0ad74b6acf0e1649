using System.Net;

namespace Farm.Store.BinaryCaches;

/// <summary>The connections that all HTTP caches of one process share, and the passwords for them.</summary>
public sealed class HttpCacheClient : IDisposable
{
    private const int MostRedirects = 10;
    private const string Program = "Farm/0.1";

    private HttpCacheClient(HttpClient http, Netrc netrc) => (Http, Netrc) = (http, netrc);

    internal HttpClient Http { get; }

    internal Netrc Netrc { get; }

    /// <exception cref="StoreException.FileSystem">The file with the passwords is named and cannot be read.</exception>
    public static HttpCacheClient Create(HttpCacheSettings settings)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = true,
            MaxAutomaticRedirections = MostRedirects,
            // Done here, where its bounds are known.
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            MaxConnectionsPerServer = settings.Connections == 0 ? int.MaxValue : settings.Connections,
            EnableMultipleHttp2Connections = true,
            ConnectTimeout =
                settings.ConnectTimeout == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : settings.ConnectTimeout,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            // What is left of an answer that nobody reads is not waited for.
            MaxResponseDrainSize = 64 * 1024,
        };
        var http = new HttpClient(handler)
        {
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        http.DefaultRequestHeaders.TryAddWithoutValidation(
            "User-Agent",
            $"{Program} {settings.UserAgentSuffix}".TrimEnd()
        );
        return new(http, Read(settings.NetrcFile));
    }

    public void Dispose() => Http.Dispose();

    private static Netrc Read(string? file)
    {
        if (string.IsNullOrEmpty(file))
            return Netrc.Empty;
        try
        {
            return File.Exists(file) ? Netrc.Parse(File.ReadAllText(file)) : Netrc.Empty;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new StoreException.FileSystem(file, "read the passwords in", cause);
        }
    }
}
