using Farm.Daemon;
using Farm.Daemon.Building;
using Farm.Daemon.Server;
using Farm.Daemon.Trust;
using Farm.Store.BinaryCaches;
using Farm.Store.Integrity;
using Farm.Store.Local;
using Farm.Store.Paths;
using Farm.Store.Realisations;
using Farm.Store.Signing;
using Farm.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Farm.Tests.Daemon.Support;

/// <summary>A daemon in this process, on a store at its own name below a temporary directory, with a socket beside it.</summary>
internal sealed class DaemonHarness : IAsyncDisposable
{
    private readonly TemporaryDirectory? _owned;
    private readonly string _path;
    private readonly ActorSystem _system = ActorSystem.Create("daemon");
    private readonly CancellationTokenSource _stop = new();
    private LocalStore? _store;
    private Substituters? _substituters;
    private ListeningSocket? _listening;
    private DaemonServer? _server;
    private Task _running = Task.CompletedTask;

    private const UnixFileMode EverybodyMayEnter =
        UnixFileMode.UserRead
        | UnixFileMode.UserWrite
        | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherExecute;

    private DaemonHarness(string? path)
    {
        _owned = path is null ? new TemporaryDirectory() : null;
        _path = path ?? _owned!.Path; // One of the two is there.
    }

    public LocalStore Store => _store!; // Set by StartAsync.

    public DaemonServer Server => _server!; // Set by StartAsync.

    public string SocketPath => _listening!.Path; // Set by StartAsync.

    public string File(string name) => Path.Combine(_path, name);

    public static async Task<DaemonHarness> StartAsync(
        IDaemonBuilder? builder = null,
        TrustRules? trust = null,
        SigningSettings? signing = null,
        IReadOnlyList<string>? openSubstituters = null,
        string? path = null
    )
    {
        var harness = new DaemonHarness(path);
        // Everybody must reach the socket and the store, also where temporary directories are private.
        System.IO.File.SetUnixFileMode(harness._path, EverybodyMayEnter);
        var layout = StoreLayout.Create(
            StoreDir.Parse(harness.File("nix/store")),
            harness.File("var/nix"),
            harness.File("var/log/nix")
        );
        Directory.CreateDirectory(layout.PhysicalStoreDir);
        harness._store = await LocalStore.OpenAsync(
            new LocalStoreSettings { Layout = layout, Signing = signing ?? SigningSettings.Default },
            harness._system,
            TimeProvider.System,
            CancellationToken.None
        );
        harness._substituters = await Substituters.OpenAsync(
            SubstituterSettings.Default,
            harness._store,
            TimeProvider.System,
            CancellationToken.None
        );
        harness._listening = ListeningSocket.Bind(harness.File("socket"));
        var parts = new DaemonParts
        {
            Store = harness._store,
            Realisations = new StoreRealisations(harness._store),
            Substituters = harness._substituters,
            Builder = builder ?? new RefusingBuilder(),
            Repair = new SubstituterRepairSource(harness._store, harness._substituters),
            Settings = new DaemonSettings
            {
                Trust = trust ?? new TrustRules { TrustedUsers = ["*"] },
                OpenSubstituters = [.. openSubstituters ?? []],
            },
        };
        harness._server = new DaemonServer(parts, TimeProvider.System, NullLogger<DaemonServer>.Instance);
        harness._running = harness._server.RunAsync([harness._listening.Socket], harness._stop.Token);
        return harness;
    }

    /// <summary>A daemon whose clients are all allowed and none trusted.</summary>
    public static Task<DaemonHarness> StartUntrustedAsync(SigningSettings? signing = null) =>
        StartAsync(trust: new TrustRules { TrustedUsers = [] }, signing: signing);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _listening?.Dispose();
        _substituters?.Dispose();
        if (_store is not null)
            await _store.DisposeAsync();
        await _system.Terminate();
        _stop.Dispose();
        _owned?.Dispose();
    }
}
