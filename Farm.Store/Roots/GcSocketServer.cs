using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using Farm.Store.Local;
using Farm.Store.Paths;

namespace Farm.Store.Roots;

/// <summary>Hears of other processes' new temporary roots while this process's collector runs, and holds them until it ends.</summary>
/// <remarks>Shape: see <see cref="GcSocketClient"/>; a line that is no store path is answered too, as by Nix. Source: Nix's
/// <c>LocalStore::collectGarbage</c>.</remarks>
internal sealed class GcSocketServer : IAsyncDisposable
{
    private const int LongestLine = StoreDir.MaxLength + StorePath.MaxLength + 2;
    private const int Backlog = 128;
    private static readonly byte[] s_answer = "1"u8.ToArray();

    private readonly LocalStore _store;
    private readonly GcSocketAddress _address;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _ending = new();
    private readonly Lock _gate = new();
    private readonly List<StoreHold> _holds = [];
    private readonly List<Task> _clients = [];
    private Task _accepting = Task.CompletedTask;

    private GcSocketServer(LocalStore store) => (_store, _address) = (store, GcSocketAddress.Make(store.Layout));

    /// <summary>Begins to listen; the caller has <c>gc.lock</c>.</summary>
    public static GcSocketServer Start(LocalStore store)
    {
        var server = new GcSocketServer(store);
        try
        {
            server._listener.Bind(server._address.NewEndPoint);
            server._listener.Listen(Backlog);
            server._address.Publish();
        }
        catch (Exception cause) when (cause is SocketException or StoreException)
        {
            server._listener.Dispose();
            server._address.Dispose();
            if (cause is StoreException)
                throw;
            throw new StoreException.FileSystem(store.Layout.GcSocketDir, "listen in", cause);
        }
        server._accepting = server.AcceptAsync();
        return server;
    }

    /// <summary>Ends the conversations. The dead socket stays, as Nix leaves it: who finds it knows that no collector runs.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await _accepting.ConfigureAwait(false);
        _listener.Dispose();
        await Task.WhenAll(_clients).ConfigureAwait(false);
        foreach (var hold in _holds)
            await hold.DisposeAsync().ConfigureAwait(false);
        _address.Dispose();
        _ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptAsync(_ending.Token).ConfigureAwait(false);
                _clients.Add(ServeAsync(client));
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException)
            {
                // The client is gone again.
            }
        }
    }

    private async Task ServeAsync(Socket client)
    {
        await using var stream = new NetworkStream(client, ownsSocket: true);
        var lines = PipeReader.Create(stream);
        try
        {
            while (true)
            {
                var read = await lines.ReadAsync(_ending.Token).ConfigureAwait(false);
                var rest = read.Buffer;
                while (rest.PositionOf((byte)'\n') is { } end)
                {
                    await HoldAsync(Encoding.UTF8.GetString(rest.Slice(0, end))).ConfigureAwait(false);
                    await stream.WriteAsync(s_answer, _ending.Token).ConfigureAwait(false);
                    rest = rest.Slice(rest.GetPosition(1, end));
                }
                lines.AdvanceTo(rest.Start, rest.End);
                if (read.IsCompleted || rest.Length > LongestLine)
                    return;
            }
        }
        catch (Exception ended) when (ended is IOException or OperationCanceledException)
        {
            // The client went away, or the collection is over: it will ask anew.
        }
        finally
        {
            await lines.CompleteAsync().ConfigureAwait(false);
        }
    }

    private async Task HoldAsync(string line)
    {
        if (!_store.StoreDir.TryParsePath(line, out var path))
            return;
        var hold = await _store.TempRoots.HoldHereAsync(path, _ending.Token).ConfigureAwait(false);
        lock (_gate)
            _holds.Add(hold);
    }
}
