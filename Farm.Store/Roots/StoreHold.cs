using System.Collections.Immutable;
using Farm.Store.Paths;

namespace Farm.Store.Roots;

/// <summary>Keeps paths, and what they refer to, from the collector until it is disposed of.</summary>
public sealed class StoreHold : IAsyncDisposable, IDisposable
{
    private readonly TempRoots _roots;
    private int _isReleased;

    internal StoreHold(TempRoots roots, ImmutableArray<StorePath> paths) => (_roots, Paths) = (roots, paths);

    /// <summary>What is held, valid or not.</summary>
    public ImmutableArray<StorePath> Paths { get; }

    /// <summary>Lets the paths go; a second call does nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isReleased, 1) == 0)
            _roots.Release(Paths);
    }

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
