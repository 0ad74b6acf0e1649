using System.Collections.Concurrent;

namespace Farm.Store.Local;

/// <summary>Stages that are used again: making and removing a directory for each of many small objects takes longer than the object.</summary>
/// <param name="files">Where they are made.</param>
/// <param name="mostIdle">Above so many that nobody uses, what comes back is removed.</param>
/// <param name="isLasting">Whether those that nobody uses wait for long, and so out of sight.</param>
internal sealed class StagePool(StoreFiles files, int mostIdle, bool isLasting) : IAsyncDisposable
{
    private readonly ConcurrentBag<Stage> _idle = [];

    /// <summary>An empty stage, which comes back when it is disposed of empty.</summary>
    public Stage Take()
    {
        while (_idle.TryTake(out var stage))
        {
            if (!isLasting || stage.TryShow())
                return stage.LentBy(this);
            stage.Close();
        }
        return files.NewStage().LentBy(this);
    }

    /// <returns>False where there are enough, or it cannot wait.</returns>
    internal bool TryReturn(Stage stage)
    {
        if (_idle.Count >= mostIdle || (isLasting && !stage.TryHide()))
            return false;
        _idle.Add(stage);
        return true;
    }

    /// <summary>Removes those that have come back; all should have.</summary>
    public async ValueTask DisposeAsync()
    {
        while (_idle.TryTake(out var stage))
            await stage.DisposeAsync().ConfigureAwait(false);
    }
}
