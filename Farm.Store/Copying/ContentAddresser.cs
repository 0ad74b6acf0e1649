using System.Collections.Immutable;
using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Store.Copying;

/// <summary>Makes closures content-addressed: each path again under a name that follows from its content, with what it refers to
/// rewritten to such paths.</summary>
/// <remarks>What results needs no signature. Paths are those of <c>nix store make-content-addressed</c>; beyond it, a hash part that
/// stands without its store directory is rewritten too, where Nix leaves a reference to the old path.</remarks>
public sealed class ContentAddresser(LocalStore store)
{
    /// <summary>Rewrites the closure of the paths within the store.</summary>
    /// <returns>The new path of each path of the closure, which may be the same.</returns>
    /// <exception cref="StoreException.InvalidPath">One is not valid.</exception>
    /// <exception cref="StoreException.HashMismatch">The contents of one have changed.</exception>
    public async Task<ImmutableSortedDictionary<StorePath, StorePath>> RewriteAsync(
        IReadOnlyCollection<StorePath> paths,
        IProgress<CopyProgress>? progress,
        CancellationToken ct
    )
    {
        await using var hold = await store.TempRoots.HoldAsync(paths, ct).ConfigureAwait(false);
        var infos = new List<PathInfo>();
        foreach (var path in await store.ClosureAsync(paths, ct).ConfigureAwait(false))
            infos.Add(
                await store.QueryAsync(path, ct).ConfigureAwait(false)
                    ?? throw new StoreException.InvalidPath(store.StoreDir.Print(path))
            );
        var rewritten = ImmutableSortedDictionary.CreateBuilder<StorePath, StorePath>();
        var count = new CopyCount(infos.Count, infos.Sum(info => info.NarSizeBytes), progress);
        foreach (var info in DependencyOrder.Sort(infos))
        {
            rewritten.Add(info.Path, await RewriteAsync(info, rewritten, ct).ConfigureAwait(false));
            count.AddBytes(info.NarSizeBytes);
            count.AddPath();
        }
        return rewritten.ToImmutable();
    }

    private async Task<StorePath> RewriteAsync(
        PathInfo info,
        ImmutableSortedDictionary<StorePath, StorePath>.Builder rewritten,
        CancellationToken ct
    )
    {
        var others = info.References.Remove(info.Path);
        var references = others.Select(path => rewritten[path]).ToImmutableSortedSet();
        var hashes = others
            .Where(path => rewritten[path] != path)
            .ToDictionary(path => path.Hash, path => rewritten[path].Hash);
        // The path's own hash part does not count.
        var digest = await Archive(info, hashes)
            .DigestAsync(HashAlgorithm.Sha256, info.Path.Hash, ct)
            .ConfigureAwait(false);
        var target = new PathInfo
        {
            Path = StorePathMaker.Source(
                store.StoreDir,
                StorePathName.Parse(info.Path.Name),
                digest.ToSha256(),
                references,
                info.References.Contains(info.Path)
            ),
            NarHash = info.NarHash,
            NarSizeBytes = info.NarSizeBytes,
            ContentAddress = ContentAddress.Create(ContentAddressMethod.Nar, digest),
        };
        target = target with
        {
            References = info.References.Contains(info.Path) ? references.Add(target.Path) : references,
        };
        if (await store.QueryAsync(target.Path, ct).ConfigureAwait(false) is null)
            await AddAsync(info, target, hashes, ct).ConfigureAwait(false);
        return target.Path;
    }

    private async Task AddAsync(
        PathInfo info,
        PathInfo target,
        Dictionary<StorePathHash, StorePathHash> hashes,
        CancellationToken ct
    )
    {
        var all = new Dictionary<StorePathHash, StorePathHash>(hashes) { [info.Path.Hash] = target.Path.Hash };
        await Archive(info, all)
            .UseAsync(
                nar =>
                    store.AddDescribedNarAsync(
                        nar,
                        info.NarSizeBytes,
                        (hash, size) => Task.FromResult(target with { NarHash = hash, NarSizeBytes = size }),
                        ct
                    ),
                ct
            )
            .ConfigureAwait(false);
    }

    private RewrittenNar Archive(PathInfo info, Dictionary<StorePathHash, StorePathHash> rewrites) =>
        new((destination, ct) => store.DumpNarAsync(info.Path, destination, ct), rewrites);
}
