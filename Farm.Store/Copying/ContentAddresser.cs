using System.Buffers;
using System.Collections.Immutable;
using System.IO.Pipelines;
using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.References;

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
        var digest = await DigestAsync(info, hashes, ct).ConfigureAwait(false);
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

    /// <summary>The hash of the rewritten archive, in which the path's own hash part does not count.</summary>
    private async Task<Hash> DigestAsync(
        PathInfo info,
        Dictionary<StorePathHash, StorePathHash> hashes,
        CancellationToken ct
    )
    {
        var output = new ArrayBufferWriter<byte>();
        using var hasher = new ModuloHasher(HashAlgorithm.Sha256, info.Path.Hash);
        await using var rewriting = new RewritingOutput(new HashRewriter(hashes), output, Drain);
        await store.DumpNarAsync(info.Path, rewriting, ct).ConfigureAwait(false);
        await rewriting.FinishAsync(ct).ConfigureAwait(false);
        return hasher.Finish();

        ValueTask Drain(CancellationToken stop)
        {
            hasher.Feed(output.WrittenSpan);
            output.ResetWrittenCount();
            return ValueTask.CompletedTask;
        }
    }

    private async Task AddAsync(
        PathInfo info,
        PathInfo target,
        Dictionary<StorePathHash, StorePathHash> hashes,
        CancellationToken ct
    )
    {
        var pipe = new Pipe(new PipeOptions(useSynchronizationContext: false));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var writing = Task.Run(() => WriteAsync(info, target, hashes, pipe.Writer, stop.Token), CancellationToken.None);
        try
        {
            await store
                .AddDescribedNarAsync(
                    pipe.Reader.AsStream(leaveOpen: true),
                    info.NarSizeBytes,
                    (hash, size) => Task.FromResult(target with { NarHash = hash, NarSizeBytes = size }),
                    ct
                )
                .ConfigureAwait(false);
        }
        finally
        {
            await pipe.Reader.CompleteAsync().ConfigureAwait(false);
            await stop.CancelAsync().ConfigureAwait(false);
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WriteAsync(
        PathInfo info,
        PathInfo target,
        Dictionary<StorePathHash, StorePathHash> hashes,
        PipeWriter writer,
        CancellationToken ct
    )
    {
        try
        {
            var all = new Dictionary<StorePathHash, StorePathHash>(hashes) { [info.Path.Hash] = target.Path.Hash };
            await using var rewriting = new RewritingOutput(
                new HashRewriter(all),
                writer,
                async stop => await writer.FlushAsync(stop).ConfigureAwait(false)
            );
            await store.DumpNarAsync(info.Path, rewriting, ct).ConfigureAwait(false);
            await rewriting.FinishAsync(ct).ConfigureAwait(false);
            await writer.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception cause) // The reader throws it.
        {
            await writer.CompleteAsync(cause).ConfigureAwait(false);
        }
    }
}
