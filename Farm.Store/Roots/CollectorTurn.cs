using Farm.Store.Local;

namespace Farm.Store.Roots;

/// <summary>A collector's time on a store: it has Nix's <c>gc.lock</c> alone, and hears of other processes' new temporary roots.</summary>
/// <remarks>What other processes name, and what this one holds, is in <see cref="TempRoots.Held"/>, and refused by
/// <see cref="TempRoots.TryBeginDeletion"/>, from the moment it is named. What they had named before is in their files:
/// the search for roots reads them.</remarks>
internal sealed class CollectorTurn : IAsyncDisposable
{
    private static readonly TimeSpan s_askAgainAfter = TimeSpan.FromMilliseconds(50);

    private readonly TempRoots _roots;
    private readonly GcSocketServer _server;

    private CollectorTurn(TempRoots roots, GcSocketServer server) => (_roots, _server) = (roots, server);

    /// <summary>Waits until no other collector, of this or another process, runs on the store.</summary>
    /// <exception cref="StoreException.FileSystem">The lock or the socket cannot be made.</exception>
    public static async Task<CollectorTurn> TakeAsync(LocalStore store, CancellationToken ct)
    {
        while (!store.TempRoots.TryTakeGcLock())
            await Task.Delay(s_askAgainAfter, ct).ConfigureAwait(false);
        try
        {
            return new(store.TempRoots, GcSocketServer.Start(store));
        }
        catch
        {
            store.TempRoots.ReleaseGcLock();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync().ConfigureAwait(false);
        _roots.ReleaseGcLock();
    }
}
