using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Log = Farm.Daemon.Connections.Log;

namespace Farm.Daemon.Server;

/// <summary>Accepts connections on sockets that listen, and has each served by itself.</summary>
/// <param name="serve">Serves one. What it throws is logged; no other connection suffers.</param>
internal sealed class ConnectionAcceptor(
    Func<NetworkStream, CancellationToken, Task> serve,
    TimeProvider clock,
    ILogger log
)
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

    /// <summary>Most connections at a time; the others wait to be accepted.</summary>
    public int MostConnections { get; init; } = int.MaxValue;

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
                await AwaitRoomAsync(ct).ConfigureAwait(false);
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

    private async Task AwaitRoomAsync(CancellationToken ct)
    {
        while (true)
        {
            Task[] sessions;
            lock (_gate)
            {
                if (_sessions.Count < MostConnections)
                    return;
                sessions = [.. _sessions];
            }
            await Task.WhenAny(sessions).WaitAsync(ct).ConfigureAwait(false);
            foreach (var ended in sessions.Where(session => session.IsCompleted))
                Forget(ended);
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
                await serve(stream, ct).ConfigureAwait(false);
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
}
