using System.Collections.Immutable;
using Farm.Store.Copying;
using Farm.Store.Local;
using Farm.Store.Paths;

namespace Farm.Store.Exporting;

/// <summary>An import under way: while the files of some paths are made, those before them become valid together.</summary>
internal sealed class ImportRun(LocalStore store, IProgress<CopyProgress>? progress) : IAsyncDisposable
{
    private readonly ImmutableArray<StorePath>.Builder _paths = ImmutableArray.CreateBuilder<StorePath>();
    private PathBatch _batch = new();
    private Task _committing = Task.CompletedTask;
    private int _done;
    private long _bytes;

    public BatchAdder Adder { get; } = new(store);

    /// <summary>Reads on; where that fails, the paths before the fault become valid first.</summary>
    public async Task<T> GuardAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch
        {
            await BeginCommitAsync().ConfigureAwait(false);
            await _committing.ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Takes the next path of the stream.</summary>
    public async Task AddAsync(StagedPath path)
    {
        if (!_batch.Takes(path.Info))
        {
            try
            {
                await BeginCommitAsync().ConfigureAwait(false);
            }
            catch
            {
                await path.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
        _batch.Add(path);
        _paths.Add(path.Info.Path);
    }

    /// <summary>Waits until all are valid; answers them in their order.</summary>
    public async Task<ImmutableArray<StorePath>> EndAsync()
    {
        await BeginCommitAsync().ConfigureAwait(false);
        await _committing.ConfigureAwait(false);
        return _paths.ToImmutable();
    }

    public async ValueTask DisposeAsync()
    {
        await _committing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var path in _batch.Paths)
            await path.DisposeAsync().ConfigureAwait(false);
        await Adder.DisposeAsync().ConfigureAwait(false);
    }

    private async Task BeginCommitAsync()
    {
        await _committing.ConfigureAwait(false);
        var batch = _batch;
        _batch = new();
        _committing = CommitAsync(batch);
    }

    /// <summary>Is not stopped: paths that are complete stay.</summary>
    private async Task CommitAsync(PathBatch batch)
    {
        await Adder.CommitAsync(batch, CancellationToken.None).ConfigureAwait(false);
        foreach (var path in batch.Paths)
        {
            _bytes += path.Info.NarSizeBytes;
            progress?.Report(new(++_done, null, _bytes, null));
        }
    }
}
