using System.CommandLine;
using Farm.Http;
using Farm.Store;
using Farm.Store.BinaryCaches;
using Farm.Store.Local;
using Farm.Store.Paths;

namespace Farm.Cli.Commands.Stores.Transfers;

/// <summary>One end of a copy: a store on this machine, a binary cache, or a running node.</summary>
internal sealed class StoreEnd : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _opened = [];
    private readonly List<IDisposable> _clients = [];

    private StoreEnd(IStore store) => Store = store;

    public IStore Store { get; }

    /// <summary>The store on this machine; null where it is another.</summary>
    public LocalStore? Local => Store as LocalStore;

    /// <summary>Opens what the user has named.</summary>
    /// <param name="verbs">For the configuration and the clock.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="text">A directory that is a store's root; <c>http://</c>, <c>https://</c> or <c>file://</c>; null for the store of
    /// <c>--store</c>.</param>
    /// <param name="isWritten">Whether paths go there: a store or cache is made where there is none.</param>
    /// <param name="ct">Stops.</param>
    public static async Task<StoreEnd> OpenAsync(
        StoreVerbs verbs,
        ParseResult parsed,
        string? text,
        bool isWritten,
        CancellationToken ct
    )
    {
        if (text is null || !text.Contains("://", StringComparison.Ordinal))
        {
            var opened = await verbs.OpenAsync(parsed, text, isWritten, ct).ConfigureAwait(false);
            var local = new StoreEnd(opened.Store);
            local._opened.Add(opened);
            return local;
        }
        return await OpenRemoteAsync(StoreVerbs.Settings(parsed, null).Layout.StoreDir, text, isWritten, ct)
            .ConfigureAwait(false);
    }

    public StorePath Parse(string text) =>
        Local is { } local ? StorePathArgument.Parse(local.Layout, text) : Store.StoreDir.ParseTolerantPath(text);

    public async ValueTask DisposeAsync()
    {
        foreach (var opened in _opened)
        {
            await opened.DisposeAsync().ConfigureAwait(false);
        }
        foreach (var client in _clients)
        {
            client.Dispose();
        }
    }

    private static async Task<StoreEnd> OpenRemoteAsync(
        StoreDir storeDir,
        string text,
        bool isWritten,
        CancellationToken ct
    )
    {
        var address = CacheAddress.Parse(text);
        if (isWritten && !address.Location.IsFile)
        {
            var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
            var node = new NodeStore(http, address.Location, storeDir);
            if (await node.TakesUploadsAsync(ct).ConfigureAwait(false))
            {
                var end = new StoreEnd(node);
                end._clients.Add(http);
                return end;
            }
            http.Dispose();
        }
        var settings = new HttpCacheSettings();
        var client = HttpCacheClient.Create(settings);
        var cache = await BinaryCacheStore.CreateAsync(address, storeDir, client, settings, ct).ConfigureAwait(false);
        var found = new StoreEnd(cache);
        found._clients.Add(client);
        return found;
    }
}
