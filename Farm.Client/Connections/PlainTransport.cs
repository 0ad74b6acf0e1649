using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Farm.Client.Connections;

/// <summary>Carries requests over one TCP connection without TLS, one after another; a second one at the same time gets a connection of its own.</summary>
/// <remarks>
/// Source: RFC 9112. What it knows is what a node sends: a body with a length, in chunks, or to the end of the connection. The framework's
/// client knows far more, and a process that asks three short questions spends most of its time on starting it.
/// </remarks>
public sealed class PlainTransport(Uri address) : IApiTransport
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    private PlainConnection? _idle;

    public async Task<ApiAnswer> SendAsync(ApiRequest request, CancellationToken ct)
    {
        var connection = await TakeAsync(ct).ConfigureAwait(false);
        try
        {
            await connection.SendAsync(Bytes(request), ct).ConfigureAwait(false);
            var head = await connection.ReadHeadAsync(ct).ConfigureAwait(false);
            return new ApiAnswer(
                head.Status,
                head.MediaType,
                new PlainBody(connection, head, () => Keep(connection, head)),
                owner: null
            );
        }
        catch (Exception error) when (error is SocketException or IOException)
        {
            connection.Dispose();
            throw new HttpRequestException(HttpRequestError.ResponseEnded, error.Message, error);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public void Dispose() => Interlocked.Exchange(ref _idle, null)?.Dispose();

    /// <summary>One that the node has closed meanwhile is no good: nothing may be there to read before something is asked.</summary>
    private async Task<PlainConnection> TakeAsync(CancellationToken ct)
    {
        if (Interlocked.Exchange(ref _idle, null) is { } idle)
        {
            if (idle.IsQuiet())
            {
                return idle;
            }
            idle.Dispose();
        }
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(ConnectTimeout);
        try
        {
            return await PlainConnection.ConnectAsync(EndPoint(), limit.Token).ConfigureAwait(false);
        }
        catch (SocketException error)
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, error.Message, error);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new HttpRequestException(
                HttpRequestError.ConnectionError,
                $"no connection within {ConnectTimeout.TotalSeconds} seconds"
            );
        }
    }

    private void Keep(PlainConnection connection, AnswerHead head)
    {
        if (!head.KeepsConnection || Interlocked.CompareExchange(ref _idle, connection, null) is not null)
        {
            connection.Dispose();
        }
    }

    private EndPoint EndPoint() =>
        IPAddress.TryParse(address.IdnHost, out var ip)
            ? new IPEndPoint(ip, address.Port)
            : new DnsEndPoint(address.IdnHost, address.Port);

    private byte[] Bytes(ApiRequest request)
    {
        var head = new StringBuilder();
        head.Append(request.Method).Append(' ').Append(address.AbsolutePath).Append(request.Resource);
        head.Append(" HTTP/1.1\r\nHost: ").Append(address.Authority).Append("\r\n");
        if (request.Accept is { } accept)
        {
            head.Append("Accept: ").Append(accept).Append("\r\n");
        }
        if (request.Body is { } body)
        {
            head.Append("Content-Type: ").Append(request.BodyType);
            head.Append("\r\nContent-Length: ").Append(body.Length).Append("\r\n");
        }
        else if (request.Method != "GET")
        {
            head.Append("Content-Length: 0\r\n");
        }
        head.Append("\r\n");
        return [.. Encoding.ASCII.GetBytes(head.ToString()), .. request.Body ?? []];
    }
}
