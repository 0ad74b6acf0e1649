using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Store.Copying;

/// <summary>Copies paths into a local store: the files of many are made at a time, in any order, and become valid several in one
/// transaction, each with or after those it refers to.</summary>
/// <param name="from">Where the archives come from.</param>
/// <param name="to">Where the paths are added.</param>
/// <param name="missing">What is copied, each after those it refers to.</param>
/// <param name="count">Told of each piece.</param>
internal sealed class LocalCopy(IStore from, LocalStore to, ImmutableArray<PathInfo> missing, CopyCount count)
    : IDisposable
{
    /// <summary>Most paths whose files are made while one that they refer to is still being copied. Each has an open directory.</summary>
    private const int MostStaged = 256;

    private readonly HashSet<StorePath> _left = [.. missing.Select(info => info.Path)];
    private readonly SortedDictionary<int, StagedPath> _waiting = [];
    private readonly SemaphoreSlim _room = new(MostStaged);
    private readonly Channel<(int Index, StagedPath Path)> _staged = Channel.CreateUnbounded<(int, StagedPath)>();

    /// <summary>Copies all. When it is stopped or fails, paths that are complete with all they refer to have become valid.</summary>
    /// <param name="parallel">Most archives at a time.</param>
    /// <param name="copied">Gets the paths as they become valid.</param>
    /// <param name="ct">Stops.</param>
    public async Task RunAsync(int parallel, ICollection<StorePath> copied, CancellationToken ct)
    {
        await using var adder = new BatchAdder(to);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var staging = StageAllAsync(adder, parallel, stop.Token);
        try
        {
            while (await _staged.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
                await CommitReadyAsync(adder, copied).ConfigureAwait(false);
            await staging.ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await staging.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            TakeStaged();
            foreach (var path in _waiting.Values)
                await path.DisposeAsync().ConfigureAwait(false);
        }
    }

    public void Dispose() => _room.Dispose();

    private async Task StageAllAsync(BatchAdder adder, int parallel, CancellationToken ct)
    {
        try
        {
            await Parallel
                .ForEachAsync(
                    IndexesAsync(ct),
                    new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = ct },
                    async (index, stop) =>
                    {
                        StagedPath? staged = null;
                        await NarTransfer
                            .CopyAsync(
                                from,
                                missing[index],
                                count,
                                async (info, nar, token) =>
                                    staged = await adder.StageAsync(info, nar, token).ConfigureAwait(false),
                                stop
                            )
                            .ConfigureAwait(false);
                        _staged.Writer.TryWrite((index, staged!)); // The archive was received.
                    }
                )
                .ConfigureAwait(false);
        }
        finally
        {
            _staged.Writer.Complete();
        }
    }

    /// <summary>In order, so that what others wait for is never behind them.</summary>
    private async IAsyncEnumerable<int> IndexesAsync([EnumeratorCancellation] CancellationToken ct)
    {
        for (var i = 0; i < missing.Length; i++)
        {
            await _room.WaitAsync(ct).ConfigureAwait(false);
            yield return i;
        }
    }

    private void TakeStaged()
    {
        while (_staged.Reader.TryRead(out var next))
            _waiting.Add(next.Index, next.Path);
    }

    private async Task CommitReadyAsync(BatchAdder adder, ICollection<StorePath> copied)
    {
        TakeStaged();
        while (NextBatch() is { Paths.Count: > 0 } batch)
        {
            await adder.CommitAsync(batch, CancellationToken.None).ConfigureAwait(false);
            foreach (var path in batch.Paths)
            {
                _left.Remove(path.Info.Path);
                copied.Add(path.Info.Path);
                count.AddPath();
            }
            _room.Release(batch.Paths.Count);
            TakeStaged();
        }
    }

    /// <summary>Takes what refers to nothing that is not valid yet, beyond the batch itself.</summary>
    private PathBatch NextBatch()
    {
        var batch = new PathBatch();
        foreach (var (index, path) in _waiting.ToList())
        {
            if (batch.IsFull)
                break;
            if (!batch.Takes(path.Info) || !path.Info.References.All(IsThere))
                continue;
            batch.Add(path);
            _waiting.Remove(index);

            bool IsThere(StorePath reference) =>
                reference == path.Info.Path || !_left.Contains(reference) || batch.Contains(reference);
        }
        return batch;
    }
}
