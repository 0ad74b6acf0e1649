using Farm.Daemon;
using Farm.Daemon.Server;
using Farm.Daemon.Trust;
using Farm.Store.BinaryCaches;
using Farm.Store.Integrity;
using Farm.Store.Realisations;
using Farm.Store.Wire;
using Farm.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Farm.Tests.Daemon.Support;

/// <summary>A daemon on a store that a test has opened, whose builds all succeed at once.</summary>
internal sealed class SessionHarness : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Substituters _substituters;
    private readonly ListeningSocket _listening;
    private readonly Task _running;

    private SessionHarness(TemporaryStore store, Substituters substituters)
    {
        _substituters = substituters;
        _listening = ListeningSocket.Bind(store.Work("socket"));
        var parts = new DaemonParts
        {
            Store = store.Store,
            Realisations = new StoreRealisations(store.Store),
            Substituters = substituters,
            Builder = new ScriptedBuilder((_, _) => Task.FromResult(new BuildResult { Status = BuildStatus.Built })),
            Repair = new SubstituterRepairSource(store.Store, substituters),
            Settings = new DaemonSettings { Trust = new TrustRules { TrustedUsers = ["*"] } },
        };
        var server = new DaemonServer(parts, TimeProvider.System, NullLogger<DaemonServer>.Instance);
        _running = server.RunAsync([_listening.Socket], _stop.Token);
    }

    public string SocketPath => _listening.Path;

    public static async Task<SessionHarness> StartAsync(TemporaryStore store) =>
        new(
            store,
            await Substituters.OpenAsync(SubstituterSettings.Default, store.Store, TimeProvider.System, default)
        );

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _listening.Dispose();
        _substituters.Dispose();
        _stop.Dispose();
    }
}
