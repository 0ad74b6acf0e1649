using System.Collections.Immutable;
using Farm.Store.BinaryCaches;
using Farm.Store.Local;
using Farm.Store.Paths;
using Farm.Store.Signing;
using Farm.Tests.Support;

namespace Farm.Tests.Store.BinaryCaches;

/// <summary>A store of its own that fetches from caches and believes their keys.</summary>
internal sealed class SubstitutersBench : IAsyncDisposable
{
    private static readonly CancellationToken s_ct = CancellationToken.None;

    private readonly TemporaryStore _temporary;

    private SubstitutersBench(TemporaryStore temporary, Substituters substituters) =>
        (_temporary, Substituters) = (temporary, substituters);

    public LocalStore Store => _temporary.Store;

    public Substituters Substituters { get; private set; }

    public static async Task<SubstitutersBench> OpenAsync(
        IEnumerable<CacheServer> servers,
        Func<SubstituterSettings, SubstituterSettings>? change = null,
        string parameters = "",
        TimeProvider? clock = null
    )
    {
        var caches = servers.ToArray();
        var temporary = await TemporaryStore.OpenAsync();
        var signing = new SigningSettings { TrustedPublicKeys = [.. caches.Select(cache => cache.Key.PublicKey)] };
        temporary.Settings = temporary.Settings with { Signing = signing };
        await temporary.ReopenAsync();
        var settings = new SubstituterSettings
        {
            Caches = [.. caches.Select(cache => CacheAddress.Parse(cache.Address + parameters))],
            Http = new HttpCacheSettings { Attempts = 3, FirstDelay = TimeSpan.FromMilliseconds(1) },
        };
        settings = change?.Invoke(settings) ?? settings;
        var substituters = await Substituters.OpenAsync(settings, temporary.Store, clock ?? TimeProvider.System, s_ct);
        return new(temporary, substituters);
    }

    public Task<ImmutableSortedDictionary<StorePath, string>> RealiseAsync(params StorePath[] paths) =>
        Substituters.RealiseAsync(paths, null, s_ct);

    /// <summary>Nothing is valid, and no file of any path is there, whole or in part.</summary>
    public async Task AssertEmptyAsync()
    {
        Assert.Empty(await Store.AllValidAsync(s_ct));
        var left = Directory.GetFileSystemEntries(Store.Layout.PhysicalStoreDir).Select(Path.GetFileName).ToList();
        Assert.Equal([".links"], left);
        // What no path shares stays until the next collection.
        await Store.SweepLinksAsync(s_ct);
        Assert.Empty(Directory.GetFileSystemEntries(Store.Layout.LinksDir));
    }

    public async ValueTask DisposeAsync()
    {
        Substituters.Dispose();
        await _temporary.DisposeAsync();
    }
}
