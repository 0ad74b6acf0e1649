using System.Net.Sockets;
using Farm.Daemon.Connections;
using Farm.Daemon.Peers;
using Farm.Daemon.Serving;
using Farm.Daemon.Trust;
using Farm.Store.Wire;
using Microsoft.Extensions.Logging;
using Log = Farm.Daemon.Connections.Log;

namespace Farm.Daemon.Server;

/// <summary>Accepts clients on sockets that listen, and serves each by itself.</summary>
public sealed class DaemonServer(DaemonParts parts, TimeProvider clock, ILogger<DaemonServer> log)
{
    /// <summary>How long it waits after a connection could not be accepted: descriptors may be used up.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private readonly HashSet<Task> _sessions = [];

    /// <summary>How many clients are connected.</summary>
    public int Connections
    {
        get
        {
            lock (_gate)
                return _sessions.Count;
        }
    }

    /// <summary>Serves until it is stopped; then no connection is left.</summary>
    /// <param name="sockets">Unix sockets that listen already. They are not closed.</param>
    /// <param name="ct">Stops: operations under way are interrupted.</param>
    public async Task RunAsync(IReadOnlyList<Socket> sockets, CancellationToken ct)
    {
        await Task.WhenAll(sockets.Select(socket => AcceptAllAsync(socket, ct))).ConfigureAwait(false);
        Task[] left;
        lock (_gate)
            left = [.. _sessions];
        await Task.WhenAll(left).ConfigureAwait(false);
    }

    private async Task AcceptAllAsync(Socket listening, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                Begin(await listening.AcceptAsync(ct).ConfigureAwait(false), ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (SocketException failure)
            {
                Log.AcceptFailed(log, failure.Message);
                await Task.Delay(s_pause, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Begin(Socket peer, CancellationToken ct)
    {
        // Its first step is taken elsewhere, so that accepting goes on.
        var session = Task.Run(() => ServeAsync(peer, ct), CancellationToken.None);
        lock (_gate)
            _sessions.Add(session);
        _ = session.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private void Forget(Task session)
    {
        lock (_gate)
            _sessions.Remove(session);
    }

    private async Task ServeAsync(Socket peer, CancellationToken ct)
    {
        try
        {
            var stream = new NetworkStream(peer, ownsSocket: true);
            await using (stream.ConfigureAwait(false))
            {
                var credentials = PeerCredentials.Of(peer);
                var identity = credentials.Identify();
                var verdict = parts.Settings.Trust.Judge(identity);
                if (verdict == PeerVerdict.Refused)
                {
                    Log.Refused(log, identity.User);
                    return;
                }
                var isTrusted = verdict == PeerVerdict.Trusted;
                Log.Served(log, identity.User, credentials.ProcessId, isTrusted);
                if (await ServePreamble.TakeAsync(peer, ct).ConfigureAwait(false) is { } mayWrite)
                    await ServePathsAsync(stream, mayWrite, isTrusted, ct).ConfigureAwait(false);
                else
                    await new DaemonSession(parts, isTrusted, log).RunAsync(stream, ct).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The daemon stops.
        }
        catch (Exception failure)
        {
            // The edge of a connection: no other one may suffer.
            Log.SessionFailed(log, failure);
        }
    }

    private async Task ServePathsAsync(Stream client, bool mayWrite, bool isTrusted, CancellationToken ct)
    {
        using var reader = new WireReader(client);
        await new ServeSession(parts, reader, client).RunAsync(mayWrite, isTrusted, ct).ConfigureAwait(false);
    }
}
