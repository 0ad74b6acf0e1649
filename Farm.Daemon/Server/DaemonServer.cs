using System.Net.Sockets;
using Farm.Daemon.Connections;
using Farm.Daemon.Peers;
using Farm.Daemon.Serving;
using Farm.Daemon.Trust;
using Farm.Store.Wire;
using Microsoft.Extensions.Logging;
using Log = Farm.Daemon.Connections.Log;

namespace Farm.Daemon.Server;

/// <summary>Accepts clients on sockets that listen, judges each by who it is, and serves it.</summary>
public sealed class DaemonServer
{
    private readonly DaemonParts _parts;
    private readonly ILogger _log;
    private readonly ConnectionAcceptor _acceptor;

    public DaemonServer(DaemonParts parts, TimeProvider clock, ILogger<DaemonServer> log)
    {
        (_parts, _log) = (parts, log);
        _acceptor = new ConnectionAcceptor(ServeAsync, clock, log);
    }

    /// <summary>How many clients are connected.</summary>
    public int Connections => _acceptor.Connections;

    /// <summary>Serves until it is stopped; then no connection is left.</summary>
    /// <param name="sockets">Unix sockets that listen already. They are not closed.</param>
    /// <param name="ct">Stops: operations under way are interrupted.</param>
    public Task RunAsync(IReadOnlyList<Socket> sockets, CancellationToken ct) => _acceptor.RunAsync(sockets, ct);

    private async Task ServeAsync(NetworkStream client, CancellationToken ct)
    {
        var credentials = PeerCredentials.Of(client.Socket);
        var identity = credentials.Identify();
        var verdict = _parts.Settings.Trust.Judge(identity);
        if (verdict == PeerVerdict.Refused)
        {
            Log.Refused(_log, identity.User);
            return;
        }
        var isTrusted = verdict == PeerVerdict.Trusted;
        Log.Served(_log, identity.User, credentials.ProcessId, isTrusted);
        if (await ServePreamble.TakeAsync(client.Socket, ct).ConfigureAwait(false) is { } mayWrite)
            await ServePathsAsync(client, mayWrite, isTrusted, ct).ConfigureAwait(false);
        else
            await new DaemonSession(_parts, isTrusted, _log).RunAsync(client, ct).ConfigureAwait(false);
    }

    private async Task ServePathsAsync(Stream client, bool mayWrite, bool isTrusted, CancellationToken ct)
    {
        using var reader = new WireReader(client);
        await new ServeSession(_parts, reader, client).RunAsync(mayWrite, isTrusted, ct).ConfigureAwait(false);
    }
}
