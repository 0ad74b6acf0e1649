using System.Collections.Immutable;
using Farm.Store.BinaryCaches;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Roots;

namespace Farm.Store.Copying;

/// <summary>Copies paths and what they refer to from one store to another: each after its references, many at a time.</summary>
/// <remarks>What is valid there already is skipped, so a copy that was interrupted goes on where it was. Archives pass through a
/// pipe; none is ever held whole. On either side the paths are held from collectors until the copy ends.</remarks>
public sealed class ClosureCopier
{
    private readonly IStore _from;
    private readonly IStore _to;
    private readonly CopySettings _settings;

    /// <exception cref="StoreException.OtherStoreDir">The stores have not the same store directory.</exception>
    public ClosureCopier(IStore from, IStore to, CopySettings settings)
    {
        if (from.StoreDir != to.StoreDir)
            throw new StoreException.OtherStoreDir(from.StoreDir.Text, to.StoreDir.Text);
        (_from, _to, _settings) = (from, to, settings);
    }

    /// <param name="paths">What is wanted there.</param>
    /// <param name="progress">Told of each piece, by many threads.</param>
    /// <param name="ct">Stops; paths that are complete stay.</param>
    /// <exception cref="StoreException.InvalidPath">A path that is wanted, or referred to, is valid in neither store.</exception>
    /// <exception cref="StoreException.Untrusted">Signatures are asked for, and one has none that counts. Nothing is copied then.</exception>
    public async Task<CopyReport> CopyAsync(
        IReadOnlyCollection<StorePath> paths,
        IProgress<CopyProgress>? progress,
        CancellationToken ct
    )
    {
        var holds = new List<StoreHold>();
        try
        {
            var missing = await MissingAsync(paths, holds, ct).ConfigureAwait(false);
            foreach (var info in missing)
                _settings.Keys?.Check(_to.StoreDir, info);
            var count = new CopyCount(missing.Length, missing.Sum(info => info.NarSizeBytes), progress);
            var copied = ImmutableArray.CreateBuilder<StorePath>(missing.Length);
            if (_to is LocalStore local)
            {
                using var copy = new LocalCopy(_from, local, missing, count);
                await copy.RunAsync(_settings.Parallel, copied, ct).ConfigureAwait(false);
            }
            else
            {
                await CopyEachAsync(missing, count, copied, ct).ConfigureAwait(false);
            }
            return new(copied.ToImmutable(), count.BytesDone);
        }
        finally
        {
            foreach (var hold in holds)
                await hold.DisposeAsync().ConfigureAwait(false);
        }
    }

    private Task CopyEachAsync(
        ImmutableArray<PathInfo> missing,
        CopyCount count,
        ImmutableArray<StorePath>.Builder copied,
        CancellationToken ct
    ) =>
        new DependencyRun(missing, _settings.Parallel).RunAsync(
            async (info, stop) =>
            {
                await NarTransfer.CopyAsync(_from, info, count, AddAsync, stop).ConfigureAwait(false);
                lock (copied)
                    copied.Add(info.Path);
                count.AddPath();
            },
            ct
        );

    /// <summary>That a path is missing and its references are there has been seen to, unless only the paths themselves are copied.</summary>
    private Task AddAsync(PathInfo info, Stream nar, CancellationToken ct) =>
        _to is BinaryCacheStore cache && _settings.WithReferences
            ? cache.AddMissingAsync(info, nar, ct)
            : _to.AddFromNarAsync(info, nar, ct);

    /// <summary>What must be copied, each after what it refers to. Goes level by level, and no further down than to what is there.</summary>
    private async Task<ImmutableArray<PathInfo>> MissingAsync(
        IReadOnlyCollection<StorePath> paths,
        List<StoreHold> holds,
        CancellationToken ct
    )
    {
        var seen = paths.ToHashSet();
        var found = new List<PathInfo>();
        for (var level = seen.ToList(); level.Count > 0; )
        {
            await HoldAsync(level, holds, ct).ConfigureAwait(false);
            var there = await _to.ValidAsync(level, ct).ConfigureAwait(false);
            var infos = new PathInfo?[level.Count];
            await Parallel
                .ForAsync(
                    0,
                    level.Count,
                    new ParallelOptions { MaxDegreeOfParallelism = _settings.Parallel, CancellationToken = ct },
                    async (i, stop) =>
                    {
                        if (!there.Contains(level[i]))
                            infos[i] =
                                await _from.QueryAsync(level[i], stop).ConfigureAwait(false)
                                ?? throw new StoreException.InvalidPath(_from.StoreDir.Print(level[i]));
                    }
                )
                .ConfigureAwait(false);
            level = [];
            foreach (var info in infos.OfType<PathInfo>())
            {
                found.Add(info);
                if (_settings.WithReferences)
                    level.AddRange(info.References.Where(seen.Add));
            }
        }
        return DependencyOrder.Sort(found);
    }

    private async Task HoldAsync(List<StorePath> paths, List<StoreHold> holds, CancellationToken ct)
    {
        foreach (var store in new[] { _from, _to }.OfType<LocalStore>())
            holds.Add(await store.TempRoots.HoldAsync(paths, ct).ConfigureAwait(false));
    }
}
