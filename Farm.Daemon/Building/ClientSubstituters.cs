using System.Collections.Concurrent;
using Farm.Daemon.Configuration;
using Farm.Store;
using Farm.Store.BinaryCaches;
using Farm.Store.Local;

namespace Farm.Daemon.Building;

/// <summary>The caches that paths are fetched from for a client: the daemon's, or those that the client has chosen and may.</summary>
/// <remarks>Source: Nix's <c>substituters</c> and <c>extra-substituters</c> as a client sends them. Sets that were chosen once stay
/// open; how fetched paths are judged is the daemon's affair in any case.</remarks>
/// <param name="configuration">The daemon's.</param>
/// <param name="store">Where fetched paths go.</param>
/// <param name="own">The caches of the daemon, which stay open.</param>
/// <param name="clock">Measures how long answers are remembered.</param>
public sealed class ClientSubstituters(
    DaemonConfiguration configuration,
    LocalStore store,
    Substituters own,
    TimeProvider clock
) : IAsyncDisposable
{
    private readonly string _own = List(configuration.Settings);
    private readonly ConcurrentDictionary<string, Lazy<Task<Substituters>>> _chosen = new(StringComparer.Ordinal);

    /// <summary>The caches for a client; the daemon's where those that it has chosen cannot be used, of which it is warned.</summary>
    public async ValueTask<Substituters> ForAsync(ClientSettings client, IClientLog log, CancellationToken ct)
    {
        var settings = configuration.Settings;
        foreach (var (name, value) in client.Overrides.Where(one => IsChoice(one.Key)))
            settings = settings.With(name, value);
        var list = List(settings);
        if (list == _own)
            return own;
        var opening = _chosen.GetOrAdd(list, _ => new(() => OpenAsync(settings)));
        try
        {
            return await opening.Value.WaitAsync(ct).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is NixConfException or StoreException)
        {
            _chosen.TryRemove(new(list, opening));
            await log.WarnAsync($"{failure.Message}; the daemon's own substituters are asked", ct)
                .ConfigureAwait(false);
            return own;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var opening in _chosen.Values.Where(one => one.IsValueCreated))
        {
            await ((Task)opening.Value).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (opening.Value.IsCompletedSuccessfully)
                (await opening.Value.ConfigureAwait(false)).Dispose();
        }
    }

    private static bool IsChoice(string name) =>
        name is "substituters" or "extra-substituters" or "binary-caches" or "extra-binary-caches";

    private static string List(NixSettings settings) => string.Join(' ', settings.Words("substituters"));

    private async Task<Substituters> OpenAsync(NixSettings settings)
    {
        var wanted = StoreMapping.Substituters(settings, configuration.Directories);
        var chosen = configuration.Substituters with { Caches = wanted.Caches };
        // It is for all who choose the same.
        return await Substituters.OpenAsync(chosen, store, clock, CancellationToken.None).ConfigureAwait(false);
    }
}
