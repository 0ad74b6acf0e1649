using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Json;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using Farm.Store;
using Farm.Store.Compressing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Http;

/// <summary>Another node's store, over HTTP: a binary cache, and uploads where the node takes them.</summary>
/// <remarks>Every failure is an <see cref="HttpStoreException"/>; null means that the node said the path is not valid there.</remarks>
public sealed class HttpStoreClient(HttpClient http, Uri baseAddress, StoreDir storeDir)
{
    private readonly Uri _base = baseAddress.AbsoluteUri.EndsWith('/')
        ? baseAddress
        : new Uri(baseAddress.AbsoluteUri + "/");

    public Uri BaseAddress => _base;

    /// <summary>What the node knows of a path; null where it is not valid there.</summary>
    public async Task<NarInfo?> QueryAsync(StorePath path, CancellationToken ct)
    {
        if (await FindAsync(path.Hash, ct).ConfigureAwait(false) is not { } narInfo)
            return null;
        var url = new Uri(_base, $"{path.Hash}.narinfo");
        return narInfo.Info.Path == path
            ? narInfo
            : throw HttpStoreException.WrongPath(url, path.ToString(), narInfo.Info.Path.ToString());
    }

    /// <summary>What the node knows of the path with this hash part; null where none is valid there.</summary>
    public async Task<NarInfo?> FindAsync(StorePathHash hash, CancellationToken ct)
    {
        var url = new Uri(_base, $"{hash}.narinfo");
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, url), ct).ConfigureAwait(false);
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone)
            return null;
        await RefuseAsync(response, url, ct).ConfigureAwait(false);
        var narInfo = Parse(url, await ReadAsync(response, url, ct).ConfigureAwait(false));
        return narInfo.Info.Path.Hash == hash
            ? narInfo
            : throw HttpStoreException.WrongPath(url, hash.ToString(), narInfo.Info.Path.ToString());
    }

    /// <summary>Hands the NAR of a path, as the node sends it, to a reader; nothing of it is verified here.</summary>
    public async Task<TResult> ReadNarAsync<TResult>(
        NarInfo narInfo,
        Func<Stream, CancellationToken, Task<TResult>> read,
        CancellationToken ct
    )
    {
        var url = new Uri(_base, narInfo.Url);
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, url), ct).ConfigureAwait(false);
        await RefuseAsync(response, url, ct).ConfigureAwait(false);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
            await using var nar = CompressionOf(url, narInfo).Decompress(body);
            return await read(nar, ct).ConfigureAwait(false);
        }
        catch (Exception broken) when (broken is HttpIOException or HttpRequestException)
        {
            throw HttpStoreException.Unreachable(url, broken);
        }
    }

    /// <summary>Sends a path. Its references must be valid at the node.</summary>
    /// <param name="dump">Writes the NAR; called once for each try that gets so far.</param>
    /// <returns>True where it was added, false where it was valid there before.</returns>
    public Task<bool> UploadAsync(PathInfo info, Func<Stream, CancellationToken, Task> dump, CancellationToken ct) =>
        UploadAsync(info, repairs: false, dump, ct);

    /// <inheritdoc cref="UploadAsync(PathInfo, Func{Stream, CancellationToken, Task}, CancellationToken)"/>
    /// <param name="repairs">Whether it takes the place of a path that is valid there and damaged.</param>
    public async Task<bool> UploadAsync(
        PathInfo info,
        bool repairs,
        Func<Stream, CancellationToken, Task> dump,
        CancellationToken ct
    )
    {
        var url = new Uri(_base, $"upload/{info.Path}{(repairs ? UploadEndpoints.Repairing : "")}");
        using var request = new HttpRequestMessage(HttpMethod.Put, url)
        {
            Content = new NarContent(UploadHeader.Print(storeDir, info), info.NarSizeBytes, dump),
        };
        using var response = await SendAsync(request, ct).ConfigureAwait(false);
        await RefuseAsync(response, url, ct).ConfigureAwait(false);
        return response.StatusCode == HttpStatusCode.Created;
    }

    /// <summary>Those of the paths that are not valid at the node.</summary>
    public async Task<ImmutableSortedSet<StorePath>> MissingAsync(
        IReadOnlyCollection<StorePath> paths,
        CancellationToken ct
    )
    {
        var url = new Uri(_base, "api/store/missing");
        var missing = ImmutableSortedSet.CreateBuilder<StorePath>();
        foreach (var part in paths.Select(path => path.ToString()).Chunk(UploadEndpoints.MaxNames))
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url)
            {
                Content = JsonContent.Create(part, StoreJsonContext.Default.StringArray),
            };
            using var response = await SendAsync(request, ct).ConfigureAwait(false);
            await RefuseAsync(response, url, ct).ConfigureAwait(false);
            missing.UnionWith(ParseNames(url, await ReadAsync(response, url, ct).ConfigureAwait(false)));
        }

        return missing.ToImmutable();
    }

    private static NarCompression CompressionOf(Uri url, NarInfo narInfo) =>
        NarCompression.Find(narInfo.Compression)
        ?? throw HttpStoreException.Malformed(
            url,
            new NixFormatException($"archives in '{narInfo.Compression}' are not read here")
        );

    private NarInfo Parse(Uri url, byte[] text)
    {
        try
        {
            return NarInfoParser.Parse(storeDir, text);
        }
        catch (NixFormatException malformed)
        {
            throw HttpStoreException.Malformed(url, malformed);
        }
    }

    private static StorePath[] ParseNames(Uri url, byte[] json)
    {
        try
        {
            return
            [
                .. (JsonSerializer.Deserialize(json, StoreJsonContext.Default.StringArray) ?? []).Select(
                    StorePath.Parse
                ),
            ];
        }
        catch (Exception malformed) when (malformed is JsonException or NixFormatException)
        {
            throw HttpStoreException.Malformed(url, malformed);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct).ConfigureAwait(false);
        }
        catch (HttpRequestException own) when (own.InnerException is StoreException cause)
        {
            // Writing the request's body failed on this side: that is no fault of the connection.
            ExceptionDispatchInfo.Throw(cause);
            throw;
        }
        catch (HttpRequestException unreachable)
        {
            throw HttpStoreException.Unreachable(request.RequestUri!, unreachable); // set by every caller above
        }
        catch (TaskCanceledException late) when (!ct.IsCancellationRequested)
        {
            throw HttpStoreException.Unreachable(request.RequestUri!, late);
        }
    }

    private static async Task RefuseAsync(HttpResponseMessage response, Uri url, CancellationToken ct)
    {
        if (response.IsSuccessStatusCode)
            return;
        var sentence = System.Text.Encoding.UTF8.GetString(await ReadAsync(response, url, ct).ConfigureAwait(false));
        throw HttpStoreException.Refused(url, response.StatusCode, sentence);
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, Uri url, CancellationToken ct)
    {
        try
        {
            await response.Content.LoadIntoBufferAsync(NarInfoParser.MaxBytes, ct).ConfigureAwait(false);
            return await response.Content.ReadAsByteArrayAsync(ct).ConfigureAwait(false);
        }
        catch (HttpRequestException broken)
        {
            throw HttpStoreException.Unreachable(url, broken);
        }
    }
}
