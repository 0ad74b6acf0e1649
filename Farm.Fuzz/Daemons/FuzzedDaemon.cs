using System.Net.Sockets;
using Farm.Daemon;
using Farm.Daemon.Building;
using Farm.Daemon.Connections;
using Farm.Daemon.Server;
using Farm.Daemon.Trust;
using Farm.Store.BinaryCaches;
using Farm.Store.Local;
using Farm.Store.Paths;
using Farm.Store.Realisations;
using Farm.Store.Roots;
using Farm.Worker.Recursive;
using Microsoft.Extensions.Logging.Abstractions;

namespace Farm.Fuzz.Daemons;

/// <summary>A real daemon in this process, on a store of its own, with a socket for clients that are trusted, one for others, and one for builders. It
/// builds nothing and fetches nothing.</summary>
internal sealed class FuzzedDaemon : IAsyncDisposable
{
    private readonly DirectoryInfo _directory;
    private readonly CancellationTokenSource _stop = new();
    private readonly Stack<Func<ValueTask>> _ends = new();
    private readonly List<DaemonServer> _servers = [];
    private ConnectionAcceptor? _builders;

    private FuzzedDaemon(DirectoryInfo directory) => _directory = directory;

    /// <summary>How many clients are connected.</summary>
    public int Connections => _servers.Sum(server => server.Connections) + (_builders?.Connections ?? 0);

    public static async Task<FuzzedDaemon> StartAsync()
    {
        var daemon = new FuzzedDaemon(Directory.CreateTempSubdirectory("farm-fuzz-"));
        try
        {
            await daemon.BeginAsync();
            return daemon;
        }
        catch
        {
            await daemon.DisposeAsync();
            throw;
        }
    }

    /// <summary>Connects a client.</summary>
    public async Task<Socket> ConnectAsync(FuzzedClient who)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketFile(who)));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Ends with every connection over.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        while (_ends.TryPop(out var end))
            await end();
        _stop.Dispose();
        _directory.Delete(recursive: true);
    }

    private async Task BeginAsync()
    {
        var actors = ActorSystem.Create("fuzz");
        _ends.Push(async () => await actors.Terminate());
        var settings = new LocalStoreSettings
        {
            Layout = StoreLayout.Create(_directory.CreateSubdirectory("root").FullName, StoreDir.Default),
            Immutable = ImmutableBit.Off,
            FsyncMetadata = false,
        };
        var store = await LocalStore.OpenAsync(settings, actors, TimeProvider.System, CancellationToken.None);
        _ends.Push(store.DisposeAsync);
        var nowhere = SubstituterSettings.Default with { IsOn = false };
        var substituters = await Substituters.OpenAsync(nowhere, store, TimeProvider.System, CancellationToken.None);
        _ends.Push(() => Disposed(substituters));
        await FuzzedStore.AddAsync(store);
        var parts = new DaemonParts
        {
            Store = store,
            Realisations = new StoreRealisations(store),
            Substituters = substituters,
            Builder = new RefusingBuilder(),
            Repair = new NoRepair(),
        };
        foreach (var who in new[] { FuzzedClient.Other, FuzzedClient.Trusted })
        {
            var trust = new TrustRules { TrustedUsers = who == FuzzedClient.Trusted ? ["*"] : [] };
            var told = parts with { Settings = new() { Trust = trust } };
            var server = new DaemonServer(told, TimeProvider.System, NullLogger<DaemonServer>.Instance);
            _servers.Add(server);
            Serve(who, server.RunAsync);
        }
        var holds = new StoreHolds(store.TempRoots);
        _ends.Push(() => Disposed(holds));
        var visible = new VisiblePaths([FuzzedStore.Shown], [], holds, (_, _) => Task.CompletedTask);
        _ends.Push(() => Disposed(visible));
        _builders = new ConnectionAcceptor(
            (client, ct) =>
                new DaemonSession(parts, isTrusted: false, NullLogger.Instance) { Visible = visible }.RunAsync(
                    client,
                    ct
                ),
            TimeProvider.System,
            NullLogger.Instance
        );
        Serve(FuzzedClient.Builder, _builders.RunAsync);
    }

    private void Serve(FuzzedClient who, Func<IReadOnlyList<Socket>, CancellationToken, Task> run)
    {
        var listening = ListeningSocket.Bind(SocketFile(who));
        _ends.Push(() => Disposed(listening));
        var running = run([listening.Socket], _stop.Token);
        _ends.Push(async () => await running);
    }

    private string SocketFile(FuzzedClient who) => Path.Combine(_directory.FullName, $"{who}.socket");

    private static ValueTask Disposed(IDisposable owned)
    {
        owned.Dispose();
        return ValueTask.CompletedTask;
    }
}
