using System.Runtime.ExceptionServices;
using Farm.Store.Database;
using Farm.Store.Hashing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Roots;

namespace Farm.Store.Local;

/// <summary>Adds many paths: files are made for each as it comes, and several become valid in one transaction, under all their locks.</summary>
/// <remarks>What it has added, and what that refers to, is held until it is disposed of. Staging may be done by many at once, committing
/// by one at a time.</remarks>
internal sealed class BatchAdder(LocalStore store) : IAsyncDisposable
{
    private readonly StagePool _stages = new(store.Files, mostIdle: int.MaxValue, isLasting: false);
    private readonly List<StoreHold> _holds = [];
    private readonly HashSet<StorePath> _valid = [];

    /// <summary>Makes the files of a path of which hash and size are known.</summary>
    /// <exception cref="StoreException.HashMismatch">The archive is another.</exception>
    public Task<StagedPath> StageAsync(PathInfo expected, Stream nar, CancellationToken ct)
    {
        if (expected.ContentAddress is { } address && !expected.IsContentAddressed(store.StoreDir))
            throw new StoreException.WrongContentAddress(store.StoreDir.Print(expected.Path), address.ToString());
        return store.AutoCollector.AddAsync(
            async () =>
            {
                await using var bounded = new BoundedStream(nar, expected.NarSizeBytes);
                var tree = await store.Adder.StageAsync(_stages.Take(), expected, bounded, ct).ConfigureAwait(false);
                return new StagedPath(tree, expected);
            },
            ct
        );
    }

    /// <summary>Makes the files of a path from a NAR that comes before all that is said of it.</summary>
    /// <param name="nar">The archive; nothing beyond it is taken.</param>
    /// <param name="maxNarBytes">Longest archive taken.</param>
    /// <param name="describe">Tells what the path is, by hash and length of the archive.</param>
    /// <param name="ct">Stops, and leaves nothing.</param>
    public async Task<StagedPath> StageDescribedAsync(
        Stream nar,
        long maxNarBytes,
        Func<Sha256Digest, long, Task<PathInfo>> describe,
        CancellationToken ct
    )
    {
        await using var bounded = new BoundedStream(nar, maxNarBytes);
        try
        {
            var (tree, info) = await store
                .AutoCollector.AddAsync(
                    () => ObjectAdder.StageDescribedAsync(_stages.Take(), bounded, describe, ct),
                    ct
                )
                .ConfigureAwait(false);
            return new(tree, info);
        }
        catch (NixFormatException) when (bounded.IsUsedUp)
        {
            throw new NixFormatException(
                $"An archive is longer than {maxNarBytes} bytes, the most that is taken here."
            );
        }
    }

    /// <summary>Makes the paths valid and disposes of them. Those before one that is refused are valid then too.</summary>
    /// <exception cref="StoreException.MissingReference">A path refers to one that is neither valid nor before it.</exception>
    /// <exception cref="StoreException.InvalidDerivation">A derivation breaks a rule.</exception>
    public async Task CommitAsync(PathBatch batch, CancellationToken ct)
    {
        try
        {
            if (batch.Paths.Count > 0)
                await store
                    .AutoCollector.AddAsync(
                        async () =>
                        {
                            await CommitHeldAsync(batch.Paths, ct).ConfigureAwait(false);
                            return true;
                        },
                        ct
                    )
                    .ConfigureAwait(false);
        }
        finally
        {
            foreach (var path in batch.Paths)
                await path.DisposeAsync().ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stages.DisposeAsync().ConfigureAwait(false);
        foreach (var hold in _holds)
            await hold.DisposeAsync().ConfigureAwait(false);
    }

    private async Task CommitHeldAsync(IReadOnlyList<StagedPath> paths, CancellationToken ct)
    {
        var held = paths.SelectMany(path => path.Info.References.Add(path.Info.Path)).ToHashSet();
        _holds.Add(await store.TempRoots.HoldAsync(held, ct).ConfigureAwait(false));
        var unknown = held.Except(_valid).ToList();
        _valid.UnionWith(await store.ValidAsync(unknown, ct).ConfigureAwait(false));
        var (ready, refusal) = Check(paths);
        if (ready.Count > 0)
        {
            var commit = new CommitPaths(store.Files, store.Records, ready);
            await store.Files.Locks.RunAsync(commit.Keys, commit).ConfigureAwait(false);
        }
        refusal?.Throw();
    }

    /// <summary>The paths up to the first that is refused, and why it is.</summary>
    private (List<(StagedTree, Registration)> Ready, ExceptionDispatchInfo? Refusal) Check(
        IReadOnlyList<StagedPath> paths
    )
    {
        var ready = new List<(StagedTree, Registration)>(paths.Count);
        foreach (var (tree, info) in paths)
        {
            try
            {
                foreach (var reference in info.References)
                {
                    if (reference != info.Path && !_valid.Contains(reference))
                        throw new StoreException.MissingReference(
                            store.StoreDir.Print(info.Path),
                            store.StoreDir.Print(reference)
                        );
                }
                ready.Add((tree, store.Records.Describe(info, tree.Stage.ObjectPath)));
            }
            catch (StoreException refusal)
            {
                return (ready, ExceptionDispatchInfo.Capture(refusal));
            }
            _valid.Add(info.Path);
        }
        return (ready, null);
    }
}
