using System.Collections.Immutable;
using System.Net;
using Farm.Http;
using Farm.Store;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Worker.Execution;

/// <summary>Another node's store over HTTP, as a source of inputs and, at the coordinator, as the target of outputs.</summary>
public sealed class HttpPeer(HttpStoreClient client) : INarSource, IUploadTarget
{
    public Task<NarInfo?> QueryAsync(StorePath path, CancellationToken ct) =>
        TranslatingAsync(() => client.QueryAsync(path, ct));

    public Task<PathInfo> CopyAsync(NarInfo path, IStore into, CancellationToken ct) =>
        TranslatingAsync(() =>
            client.ReadNarAsync(path, (nar, token) => into.AddFromNarAsync(path.Info, nar, token), ct)
        );

    public Task<ImmutableSortedSet<StorePath>> MissingAsync(
        IReadOnlyCollection<StorePath> paths,
        CancellationToken ct
    ) => TranslatingAsync(() => client.MissingAsync(paths, ct));

    public Task UploadAsync(IStore from, PathInfo path, bool repairs, CancellationToken ct) =>
        TranslatingAsync(() =>
            client.UploadAsync(path, repairs, (nar, token) => from.DumpNarAsync(path.Path, nar, token), ct)
        );

    private static async Task<T> TranslatingAsync<T>(Func<Task<T>> transfer)
    {
        try
        {
            return await transfer().ConfigureAwait(false);
        }
        catch (HttpStoreException failure)
        {
            var lacksReference = failure.Status == HttpStatusCode.Conflict;
            throw new TransferException(failure.Message, failure.IsTransient, lacksReference, failure);
        }
    }
}
