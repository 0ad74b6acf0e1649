using Farm.Store.Actors;
using Farm.Store.Local;
using Farm.Store.Paths;

namespace Farm.Tests.Support;

/// <summary>An open store of its own for one test.</summary>
public sealed class TemporaryStore : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ActorSystem _system = ActorSystem.Create("store");
    private LocalStore? _store;

    private TemporaryStore(ImmutableBit immutable, bool optimise) =>
        Settings = new LocalStoreSettings
        {
            Layout = StoreLayout.Create(_directory.File("root"), StoreDir.Default),
            Immutable = immutable,
            Optimise = optimise,
        };

    public LocalStoreSettings Settings { get; set; }

    public LocalStore Store => _store ?? throw new InvalidOperationException("the store is closed");

    public ActorSystem System => _system;

    /// <summary>Where the store is not.</summary>
    public string Work(string name) => _directory.File(name);

    public static async Task<TemporaryStore> OpenAsync(ImmutableBit immutable = ImmutableBit.Auto, bool optimise = true)
    {
        var store = new TemporaryStore(immutable, optimise);
        await store.ReopenAsync();
        return store;
    }

    /// <summary>Opens a store that is somewhere else, such as one of real Nix's, and leaves it there. No bit is set in it.</summary>
    public static async Task<TemporaryStore> OpenAtAsync(string root)
    {
        var store = new TemporaryStore(ImmutableBit.Off, optimise: false);
        store.Settings = store.Settings with { Layout = StoreLayout.Create(root, StoreDir.Default) };
        await store.ReopenAsync();
        return store;
    }

    public async Task ReopenAsync()
    {
        await CloseAsync();
        _store = await LocalStore.OpenAsync(Settings, _system, TimeProvider.System, CancellationToken.None);
    }

    /// <summary>Opens it anew with locks of another kind.</summary>
    internal async Task ReopenAsync(Func<IPathLocks, IPathLocks> wrapLocks)
    {
        await CloseAsync();
        _store = await LocalStore.OpenAsync(Settings, _system, TimeProvider.System, wrapLocks, CancellationToken.None);
    }

    public async Task CloseAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
        _store = null;
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await _system.Terminate();
        _directory.Dispose();
    }
}
