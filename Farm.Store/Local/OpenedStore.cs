namespace Farm.Store.Local;

/// <summary>A local store with the actors that it needs.</summary>
public sealed class OpenedStore : IAsyncDisposable
{
    private readonly ActorSystem _actors;

    private OpenedStore(ActorSystem actors, LocalStore store) => (_actors, Store) = (actors, store);

    public LocalStore Store { get; }

    /// <exception cref="StoreException.Owned">Another process has it open.</exception>
    public static async Task<OpenedStore> OpenAsync(
        LocalStoreSettings settings,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var actors = ActorSystem.Create("farm-store");
        try
        {
            return new OpenedStore(
                actors,
                await LocalStore.OpenAsync(settings, actors, clock, ct).ConfigureAwait(false)
            );
        }
        catch
        {
            await actors.Terminate().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync().ConfigureAwait(false);
        await _actors.Terminate().ConfigureAwait(false);
    }
}
