using System.Collections.Immutable;
using Farm.Store;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Tests.Store.Copying;

/// <summary>A store that lies or fails where it is told to.</summary>
internal sealed class FaultyStore(IStore inner) : IStore
{
    public Action<StorePath> BeforeDump { get; init; } = _ => { };

    public Func<PathInfo, PathInfo> Told { get; init; } = info => info;

    public StoreDir StoreDir { get; init; } = inner.StoreDir;

    public async Task<PathInfo?> QueryAsync(StorePath path, CancellationToken ct) =>
        await inner.QueryAsync(path, ct) is { } info ? Told(info) : null;

    public Task<StorePath?> QueryPathFromHashPartAsync(StorePathHash hash, CancellationToken ct) =>
        inner.QueryPathFromHashPartAsync(hash, ct);

    public Task<ImmutableSortedSet<StorePath>> ValidAsync(IReadOnlyCollection<StorePath> paths, CancellationToken ct) =>
        inner.ValidAsync(paths, ct);

    public Task DumpNarAsync(StorePath path, Stream destination, CancellationToken ct)
    {
        BeforeDump(path);
        return inner.DumpNarAsync(path, destination, ct);
    }

    public Task<PathInfo> AddFromNarAsync(PathInfo expected, Stream nar, CancellationToken ct) =>
        inner.AddFromNarAsync(expected, nar, ct);
}
