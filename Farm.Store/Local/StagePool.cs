using System.Collections.Concurrent;

namespace Farm.Store.Local;

/// <summary>Stages that are used again: making and removing a directory for each of many small objects takes longer than the object.</summary>
internal sealed class StagePool(StoreFiles files) : IAsyncDisposable
{
    private readonly ConcurrentBag<Stage> _idle = [];

    /// <summary>An empty stage, which comes back when it is disposed of empty.</summary>
    public Stage Take() => (_idle.TryTake(out var stage) ? stage : files.NewStage()).LentBy(this);

    internal void Return(Stage stage) => _idle.Add(stage);

    /// <summary>Removes those that have come back; all should have.</summary>
    public async ValueTask DisposeAsync()
    {
        while (_idle.TryTake(out var stage))
            await stage.DisposeAsync().ConfigureAwait(false);
    }
}
