using Farm.Store.Local;
using Farm.Store.Locking;
using Farm.Store.Paths;

namespace Farm.Store.Optimising;

/// <summary>Shares equal files of a whole store, while it is worked with. What shares its content already is not read.</summary>
/// <remarks>Files are hashed without any lock, several at once; a path is locked for some dozens of files at a time, while they
/// are linked. It may be stopped at any time, and begun again. Source: Nix's <c>nix-store --optimise</c>.</remarks>
public sealed class StoreOptimiser(LocalStore store)
{
    private readonly StoreFiles _files = store.Files;

    /// <param name="progress">Told after each batch of files.</param>
    /// <param name="ct">Stops between two files; what is shared by then stays so.</param>
    /// <exception cref="StoreException.FileSystem">A file cannot be read or linked for another reason than those that are counted.</exception>
    public async Task<OptimiseReport> OptimiseAsync(IProgress<OptimiseProgress>? progress, CancellationToken ct)
    {
        var paths = await store.AllValidAsync(ct).ConfigureAwait(false);
        var known = await Task.Run(() => KnownInodes.Load(_files.Layout), ct).ConfigureAwait(false);
        var tally = new OptimiseTally(paths.Count, _files.Counters.CorruptLinks);
        await using var stage = _files.NewStage();
        using var slots = new SemaphoreSlim(Environment.ProcessorCount * 2);
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = Environment.ProcessorCount,
            CancellationToken = ct,
        };
        await Parallel.ForEachAsync(paths, options, OptimisePathAsync).ConfigureAwait(false);
        return tally.Report(_files.Counters.CorruptLinks);

        async ValueTask OptimisePathAsync(StorePath path, CancellationToken stopped)
        {
            await using var hold = await store.TempRoots.HoldAsync([path], stopped).ConfigureAwait(false);
            var underWay = new List<Task>();
            try
            {
                foreach (var batch in new FileWalk(_files, known, path).Batches())
                {
                    await WaitAsync(batch, stopped).ConfigureAwait(false);
                    underWay.Add(Task.Run(() => RunAsync(batch, stopped), CancellationToken.None));
                }
            }
            finally
            {
                await Task.WhenAll(underWay).ConfigureAwait(false);
            }
            tally.CountPath();
            progress?.Report(tally.Progress());
        }

        async Task WaitAsync(FileBatch batch, CancellationToken stopped)
        {
            try
            {
                await slots.WaitAsync(stopped).ConfigureAwait(false);
            }
            catch
            {
                batch.Directory?.Dispose();
                throw;
            }
        }

        async Task RunAsync(FileBatch batch, CancellationToken stopped)
        {
            try
            {
                await LinkAsync(batch, stage, known, tally, stopped).ConfigureAwait(false);
                progress?.Report(tally.Progress());
            }
            finally
            {
                slots.Release();
                batch.Directory?.Dispose();
            }
        }
    }

    private async Task LinkAsync(
        FileBatch batch,
        Stage stage,
        KnownInodes known,
        OptimiseTally tally,
        CancellationToken ct
    )
    {
        using var opened = new OpenBatch(_files, known, tally, batch);
        var candidates = await opened.HashAsync(ct).ConfigureAwait(false);
        if (candidates.Count == 0)
            return;
        var link = new LinkBatch(stage, known, tally, batch, candidates);
        await _files.UnderLockAsync(new PathLockKey.Path(batch.Path), link).ConfigureAwait(false);
    }
}
