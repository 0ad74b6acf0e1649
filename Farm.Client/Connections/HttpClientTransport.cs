using System.Net.Http.Headers;

namespace Farm.Client.Connections;

/// <summary>Carries requests by the framework's client, which knows TLS.</summary>
public sealed class HttpClientTransport(HttpClient http) : IApiTransport
{
    public async Task<ApiAnswer> SendAsync(ApiRequest request, CancellationToken ct)
    {
        using var message = new HttpRequestMessage(new HttpMethod(request.Method), request.Resource);
        if (request.Accept is { } accept)
        {
            message.Headers.Accept.ParseAdd(accept);
        }
        if (request.Body is { } body)
        {
            message.Content = new ByteArrayContent(body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(request.BodyType);
        }
        var answer = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, ct).ConfigureAwait(false);
        try
        {
            return new ApiAnswer(
                answer.StatusCode,
                answer.Content.Headers.ContentType?.MediaType,
                await answer.Content.ReadAsStreamAsync(ct).ConfigureAwait(false),
                answer
            );
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    public void Dispose() => http.Dispose();
}
