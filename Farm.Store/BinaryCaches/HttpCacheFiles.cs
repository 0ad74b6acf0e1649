using System.Net.Http.Headers;
using System.Text;

namespace Farm.Store.BinaryCaches;

/// <summary>A binary cache behind HTTP or HTTPS. Tries again what may pass, resumes what breaks off, and waits for nobody for ever.</summary>
/// <remarks>404, 410 and 403 mean that a file is not there. Source: Nix's <c>libstore/filetransfer.cc</c>.</remarks>
public sealed class HttpCacheFiles : ICacheFiles
{
    private readonly HttpClient _http;
    private readonly Uri _root;
    private readonly AuthenticationHeaderValue? _login;
    private readonly HttpCacheSettings _settings;
    private readonly TimeProvider _clock;

    /// <param name="http">Made by <see cref="HttpCacheClient"/>; shared by caches and not closed here.</param>
    /// <param name="address">Where the cache is.</param>
    /// <param name="settings">How it is asked.</param>
    /// <param name="clock">Measures waits.</param>
    public HttpCacheFiles(HttpCacheClient http, CacheAddress address, HttpCacheSettings settings, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(http);
        (_http, _settings, _clock, Address) = (http.Http, settings, clock, address.Shown);
        _root = new Uri(Address + "/");
        _login = Login(address.Location, http.Netrc);
    }

    public string Address { get; }

    /// <summary>Whether files may come encoded for the way, and are decoded.</summary>
    internal bool TakesEncodings { get; init; } = true;

    public async Task<Stream?> OpenAsync(string name, CancellationToken ct)
    {
        var download = new HttpDownload(this, Target(name), new StallGuard(_settings.StalledTimeout, _clock));
        try
        {
            if (await download.StartAsync(ct).ConfigureAwait(false))
                return download;
        }
        catch
        {
            await download.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        await download.DisposeAsync().ConfigureAwait(false);
        return null;
    }

    public async Task<bool> ExistsAsync(string name, CancellationToken ct)
    {
        var target = Target(name);
        var tries = new HttpTries(this);
        while (true)
        {
            var (response, failure) = await SendAsync(() => new(HttpMethod.Head, target), ct).ConfigureAwait(false);
            using (response)
            {
                if (response is not null)
                    return response.IsSuccessStatusCode;
            }
            await tries.AfterAsync(failure!, ct).ConfigureAwait(false); // One of the two is there.
        }
    }

    public async Task WriteAsync(string name, string mediaType, Stream content, CancellationToken ct)
    {
        var target = Target(name);
        var tries = new HttpTries(this);
        while (true)
        {
            var (response, failure) = await SendAsync(
                    () =>
                    {
                        content.Position = 0;
                        var body = new StreamContent(new Compressing.LentStream(content));
                        body.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
                        body.Headers.ContentLength = content.Length;
                        return new(HttpMethod.Put, target) { Content = body };
                    },
                    ct
                )
                .ConfigureAwait(false);
            using (response)
            {
                if (response is { IsSuccessStatusCode: true })
                    return;
                failure ??= new($"it takes no '{name}' ({(int)response!.StatusCode})", IsTransient: false); // One of the two.
            }
            await tries.AfterAsync(failure, ct).ConfigureAwait(false);
        }
    }

    /// <summary>Sends one request.</summary>
    /// <returns>The answer, a success or one that says that the file is absent; or else why there is none.</returns>
    internal async Task<(HttpResponseMessage? Response, HttpFailure? Failure)> SendAsync(
        Func<HttpRequestMessage> make,
        CancellationToken ct
    )
    {
        using var request = make();
        request.Headers.Authorization = _login;
        if (TakesEncodings)
            request.Headers.AcceptEncoding.ParseAdd(ContentEncodings.Accepted);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(ct);
        if (_settings.StalledTimeout > TimeSpan.Zero && request.Content is null)
            late.CancelAfter(_settings.StalledTimeout);
        try
        {
            var response = await _http
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, late.Token)
                .ConfigureAwait(false);
            if (response.IsSuccessStatusCode || HttpFailure.SaysAbsent(response.StatusCode))
                return (response, null);
            using (response)
                return (null, HttpFailure.Of(response, _clock.GetUtcNow()));
        }
        catch (Exception thrown) when (HttpFailure.Of(thrown, ct) is { } failure)
        {
            return (null, failure);
        }
    }

    /// <summary>Waits after a failed try, or gives up.</summary>
    /// <exception cref="StoreException.CacheFailure">No further try is worth it.</exception>
    internal async Task WaitAsync(HttpFailure failure, int failures, CancellationToken ct)
    {
        if (!failure.IsTransient || failures >= _settings.Attempts)
            throw new StoreException.CacheFailure(Address, failure.Reason, failure.IsTransient, failure.Cause);
        var delay = RetryDelay.After(
            _settings.FirstDelay,
            failures,
            failure.IsOverloaded,
            failure.RetryAfter,
            Random.Shared.NextDouble()
        );
        await Task.Delay(delay, _clock, ct).ConfigureAwait(false);
    }

    /// <summary>Where a file is. A narinfo may name a whole address, but only one of this cache's own server.</summary>
    private Uri Target(string name)
    {
        if (
            Uri.TryCreate(_root, name, out var target)
            && target.Scheme == _root.Scheme
            && target.Authority == _root.Authority
        )
            return target;
        throw new StoreException.CacheFailure(
            Address,
            $"it sends us to '{name}', which is not on its own server",
            isTransient: false
        );
    }

    private static AuthenticationHeaderValue? Login(Uri address, Netrc netrc)
    {
        var text = Uri.UnescapeDataString(address.UserInfo);
        if (text.Length == 0 && netrc.Find(address.Host) is var (login, password))
            text = $"{login}:{password}";
        return text.Length == 0 ? null : new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(text)));
    }
}
