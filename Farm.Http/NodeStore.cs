using System.Collections.Immutable;
using Farm.Store;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Http;

/// <summary>A running node's store, reached over HTTP. Paths are read from every node, and taken by those that take uploads.</summary>
/// <remarks>Every failure of the connection or the node is an <see cref="HttpStoreException"/>.</remarks>
public sealed class NodeStore(HttpClient http, Uri address, StoreDir storeDir) : IStore
{
    private readonly HttpStoreClient _client = new(http, address, storeDir);

    public StoreDir StoreDir => storeDir;

    /// <summary>Whether a node answers there that takes uploads; false where it is something else, such as a binary cache.</summary>
    /// <exception cref="HttpStoreException">Nothing answers.</exception>
    public async Task<bool> TakesUploadsAsync(CancellationToken ct)
    {
        try
        {
            await _client
                .MissingAsync([StorePath.Parse("00000000000000000000000000000000-x")], ct)
                .ConfigureAwait(false);
            return true;
        }
        catch (HttpStoreException other) when (other.Status is not null)
        {
            return false;
        }
    }

    public async Task<PathInfo?> QueryAsync(StorePath path, CancellationToken ct) =>
        (await _client.QueryAsync(path, ct).ConfigureAwait(false))?.Info;

    public async Task<StorePath?> QueryPathFromHashPartAsync(StorePathHash hash, CancellationToken ct) =>
        (await _client.FindAsync(hash, ct).ConfigureAwait(false))?.Info.Path;

    public async Task<ImmutableSortedSet<StorePath>> ValidAsync(
        IReadOnlyCollection<StorePath> paths,
        CancellationToken ct
    ) => [.. paths.Except(await _client.MissingAsync(paths, ct).ConfigureAwait(false))];

    public async Task DumpNarAsync(StorePath path, Stream destination, CancellationToken ct)
    {
        var narInfo =
            await _client.QueryAsync(path, ct).ConfigureAwait(false)
            ?? throw new StoreException.InvalidPath(storeDir.Print(path));
        await _client
            .ReadNarAsync(
                narInfo,
                async (body, stop) =>
                {
                    await body.CopyToAsync(destination, stop).ConfigureAwait(false);
                    return 0;
                },
                ct
            )
            .ConfigureAwait(false);
    }

    public async Task<PathInfo> AddFromNarAsync(PathInfo expected, Stream nar, CancellationToken ct)
    {
        var isNew = await _client
            .UploadAsync(expected, (body, stop) => nar.CopyToAsync(body, stop), ct)
            .ConfigureAwait(false);
        return isNew ? expected : await QueryAsync(expected.Path, ct).ConfigureAwait(false) ?? expected;
    }
}
