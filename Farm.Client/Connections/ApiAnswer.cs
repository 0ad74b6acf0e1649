using System.Net;

namespace Farm.Client.Connections;

/// <summary>The head of an answer, and its body as it comes. Disposing of it before the body's end ends the connection.</summary>
/// <param name="status">The status.</param>
/// <param name="mediaType">The type of the body without parameters; null where it is not told.</param>
/// <param name="body">The body, decoded from the way it is transferred. Reading throws <see cref="IOException"/> or <see cref="HttpRequestException"/> where it breaks off.</param>
/// <param name="owner">What is disposed of with the answer, the body apart.</param>
public sealed class ApiAnswer(HttpStatusCode status, string? mediaType, Stream body, IDisposable? owner) : IDisposable
{
    public HttpStatusCode Status => status;

    public string? MediaType => mediaType;

    public Stream Body => body;

    public bool IsSuccess => (int)status is >= 200 and < 300;

    /// <summary>The whole body.</summary>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(CancellationToken ct)
    {
        using var whole = new MemoryStream();
        await body.CopyToAsync(whole, ct).ConfigureAwait(false);
        return whole.GetBuffer().AsMemory(0, (int)whole.Length);
    }

    public void Dispose()
    {
        body.Dispose();
        owner?.Dispose();
    }
}
