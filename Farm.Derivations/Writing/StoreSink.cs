using System.Collections.Immutable;
using Farm.Derivations.Objects;
using Farm.Store;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Streams;

namespace Farm.Derivations.Writing;

/// <summary>Writes to a store.</summary>
public sealed class StoreSink(IStore store) : IObjectSink
{
    public async Task<ImmutableSortedSet<StorePath>> MissingAsync(
        IReadOnlyCollection<StorePath> paths,
        CancellationToken ct
    ) => [.. paths.Except(await store.ValidAsync(paths, ct).ConfigureAwait(false))];

    public Task AddAsync(StoreObject item, PathInfo info, CancellationToken ct) =>
        PipedStream.ReadAsync(nar => item.WriteNarAsync(nar, ct), nar => store.AddFromNarAsync(info, nar, ct));
}
