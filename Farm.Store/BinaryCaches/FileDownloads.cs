namespace Farm.Store.BinaryCaches;

/// <summary>Files behind HTTP and HTTPS by their whole addresses, as they are there: with the passwords, retries and limits that binary
/// caches are asked with, and nothing decoded.</summary>
public sealed class FileDownloads : IDisposable
{
    private readonly HttpCacheClient _http;
    private readonly HttpCacheSettings _settings;
    private readonly TimeProvider _clock;

    /// <exception cref="StoreException.FileSystem">The file with the passwords is named and cannot be read.</exception>
    public FileDownloads(HttpCacheSettings settings, TimeProvider clock) =>
        (_http, _settings, _clock) = (HttpCacheClient.Create(settings), settings, clock);

    /// <summary>The contents of a file, from the first byte on; where the connection breaks, it goes on where it was.</summary>
    /// <exception cref="StoreException.CacheFailure">It is not there or cannot be had; reading fails so, too.</exception>
    public async Task<Stream> OpenAsync(Uri address, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(address);
        var server = CacheAddress.Parse(address.GetLeftPart(UriPartial.Authority));
        var files = new HttpCacheFiles(_http, server, _settings, _clock) { TakesEncodings = false };
        return await files.OpenAsync(address.AbsoluteUri, ct).ConfigureAwait(false)
            ?? throw new StoreException.CacheFailure(server.Shown, "it has no such file", isTransient: false);
    }

    public void Dispose() => _http.Dispose();
}
