using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Farm.Http;

/// <summary>Asks a running node to work on its store.</summary>
/// <remarks>Every failure is an <see cref="HttpStoreException"/>.</remarks>
public sealed class StoreAdminClient(HttpClient http, Uri baseAddress)
{
    private readonly Uri _base = baseAddress.AbsoluteUri.EndsWith('/')
        ? baseAddress
        : new Uri(baseAddress.AbsoluteUri + "/");

    /// <summary>Collects garbage there, or lists what is dead or alive.</summary>
    public Task<CollectAnswer> CollectAsync(
        CollectQuestion question,
        IProgress<NodeStep>? progress,
        CancellationToken ct
    ) =>
        WorkAsync(
            "api/store/gc",
            JsonSerializer.Serialize(question, StoreJsonContext.Default.CollectQuestion),
            StoreJsonContext.Default.NodeLineCollectAnswer,
            progress,
            ct
        );

    /// <summary>Stores equal files there once.</summary>
    public Task<OptimiseAnswer> OptimiseAsync(IProgress<NodeStep>? progress, CancellationToken ct) =>
        WorkAsync("api/store/optimise", "{}", StoreJsonContext.Default.NodeLineOptimiseAnswer, progress, ct);

    /// <summary>Compares the store there with what is recorded of it.</summary>
    public Task<VerifyAnswer> VerifyAsync(
        VerifyQuestion question,
        IProgress<NodeStep>? progress,
        CancellationToken ct
    ) =>
        WorkAsync(
            "api/store/verify",
            JsonSerializer.Serialize(question, StoreJsonContext.Default.VerifyQuestion),
            StoreJsonContext.Default.NodeLineVerifyAnswer,
            progress,
            ct
        );

    /// <summary>What keeps paths there.</summary>
    public Task<RootAnswer[]> RootsAsync(CancellationToken ct)
    {
        var url = new Uri(_base, "api/store/roots");
        return CallAsync(
            url,
            async () =>
            {
                using var response = await http.GetAsync(url, ct).ConfigureAwait(false);
                var text = await response.Content.ReadAsStringAsync(ct).ConfigureAwait(false);
                return response.StatusCode == HttpStatusCode.OK
                    ? JsonSerializer.Deserialize(text, StoreJsonContext.Default.RootAnswerArray) ?? []
                    : throw HttpStoreException.Refused(url, response.StatusCode, text);
            }
        );
    }

    private Task<TReport> WorkAsync<TReport>(
        string path,
        string body,
        JsonTypeInfo<NodeLine<TReport>> type,
        IProgress<NodeStep>? progress,
        CancellationToken ct
    )
        where TReport : class
    {
        var url = new Uri(_base, path);
        return CallAsync(
            url,
            async () =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, url)
                {
                    Content = new StringContent(body, Encoding.UTF8, "application/json"),
                };
                using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct)
                    .ConfigureAwait(false);
                if (response.StatusCode != HttpStatusCode.OK)
                    throw HttpStoreException.Refused(
                        url,
                        response.StatusCode,
                        await response.Content.ReadAsStringAsync(ct).ConfigureAwait(false)
                    );
                using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(ct).ConfigureAwait(false));
                return await ReadAsync(url, lines, type, progress, ct).ConfigureAwait(false);
            }
        );
    }

    private static async Task<TReport> ReadAsync<TReport>(
        Uri url,
        StreamReader lines,
        JsonTypeInfo<NodeLine<TReport>> type,
        IProgress<NodeStep>? progress,
        CancellationToken ct
    )
        where TReport : class
    {
        while (await lines.ReadLineAsync(ct).ConfigureAwait(false) is { } line)
        {
            switch (JsonSerializer.Deserialize(line, type))
            {
                case { Progress: { } step }:
                    progress?.Report(step);
                    break;
                case { Report: { } report }:
                    return report;
                case { Error: { } error }:
                    throw HttpStoreException.Refused(url, HttpStatusCode.InternalServerError, error);
            }
        }
        throw HttpStoreException.Unreachable(url, new IOException("the answer ended before its report"));
    }

    private static async Task<T> CallAsync<T>(Uri url, Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            throw HttpStoreException.Unreachable(url, failure);
        }
        catch (JsonException failure)
        {
            throw HttpStoreException.Malformed(url, failure);
        }
    }
}
