using System.Net;
using System.Text;
using System.Text.Json;

namespace Farm.Http;

/// <summary>Asks a running node to work on its store.</summary>
/// <remarks>Every failure is an <see cref="HttpStoreException"/>.</remarks>
public sealed class StoreAdminClient(HttpClient http, Uri baseAddress)
{
    private readonly Uri _base = baseAddress.AbsoluteUri.EndsWith('/')
        ? baseAddress
        : new Uri(baseAddress.AbsoluteUri + "/");

    /// <summary>Collects garbage there, or lists what is dead or alive.</summary>
    public async Task<CollectAnswer> CollectAsync(
        CollectQuestion question,
        IProgress<CollectStep>? progress,
        CancellationToken ct
    )
    {
        var url = new Uri(_base, "api/store/gc");
        var body = JsonSerializer.Serialize(question, StoreJsonContext.Default.CollectQuestion);
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct)
                .ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.OK)
                throw HttpStoreException.Refused(
                    url,
                    response.StatusCode,
                    await response.Content.ReadAsStringAsync(ct).ConfigureAwait(false)
                );
            using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(ct).ConfigureAwait(false));
            while (await lines.ReadLineAsync(ct).ConfigureAwait(false) is { } line)
            {
                switch (JsonSerializer.Deserialize(line, StoreJsonContext.Default.CollectLine))
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
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            throw HttpStoreException.Unreachable(url, failure);
        }
        catch (JsonException failure)
        {
            throw HttpStoreException.Malformed(url, failure);
        }
    }

    /// <summary>What keeps paths there.</summary>
    public async Task<RootAnswer[]> RootsAsync(CancellationToken ct)
    {
        var url = new Uri(_base, "api/store/roots");
        try
        {
            using var response = await http.GetAsync(url, ct).ConfigureAwait(false);
            var text = await response.Content.ReadAsStringAsync(ct).ConfigureAwait(false);
            return response.StatusCode == HttpStatusCode.OK
                ? JsonSerializer.Deserialize(text, StoreJsonContext.Default.RootAnswerArray) ?? []
                : throw HttpStoreException.Refused(url, response.StatusCode, text);
        }
        catch (HttpRequestException failure)
        {
            throw HttpStoreException.Unreachable(url, failure);
        }
        catch (JsonException failure)
        {
            throw HttpStoreException.Malformed(url, failure);
        }
    }
}
