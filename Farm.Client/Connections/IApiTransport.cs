namespace Farm.Client.Connections;

/// <summary>Carries requests to one node and its answers back.</summary>
public interface IApiTransport : IDisposable
{
    /// <summary>Returns when the head of the answer is there, whatever its status.</summary>
    /// <exception cref="HttpRequestException">The node cannot be reached, or what it answers is no HTTP.</exception>
    Task<ApiAnswer> SendAsync(ApiRequest request, CancellationToken ct);
}
