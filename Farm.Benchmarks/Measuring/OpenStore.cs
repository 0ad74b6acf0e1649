using Farm.Store.Local;
using Farm.Store.Paths;

namespace Farm.Benchmarks.Measuring;

/// <summary>A store that this process has open, with the actors it needs. Closed when disposed of; its files stay.</summary>
internal sealed class OpenStore : IAsyncDisposable
{
    private readonly ActorSystem _system;

    private OpenStore(ActorSystem system, LocalStore store) => (_system, Store) = (system, store);

    public LocalStore Store { get; }

    /// <summary>Opens what is at a root, or makes it.</summary>
    /// <param name="isPlain">Without links and immutable bits, as Nix's own by default; else with both, as Farm's.</param>
    public static Task<OpenStore> OpenAsync(string root, bool isPlain, CancellationToken ct) =>
        OpenAsync(root, isPlain ? ImmutableBit.Off : ImmutableBit.Auto, !isPlain, ct);

    public static async Task<OpenStore> OpenAsync(
        string root,
        ImmutableBit immutable,
        bool optimise,
        CancellationToken ct
    )
    {
        var system = ActorSystem.Create("bench");
        var settings = new LocalStoreSettings
        {
            Layout = StoreLayout.Create(root, StoreDir.Default),
            Immutable = immutable,
            Optimise = optimise,
        };
        return new(system, await LocalStore.OpenAsync(settings, system, TimeProvider.System, ct));
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await _system.Terminate();
        _system.Dispose();
    }
}
