using Farm.Store.Actors;
using Farm.Store.Locking;
using Farm.Store.Paths;

namespace Farm.Tests.Store.Optimising;

/// <summary>Lets a test do something while an operation under a path's lock begins.</summary>
internal sealed class HookedPathLocks : IPathLocks
{
    private IPathLocks? _inner;

    public Action<StorePath>? BeforePath { get; set; }

    public IPathLocks Around(IPathLocks inner)
    {
        _inner = inner;
        return this;
    }

    public Task<TResult> RunAsync<TResult>(IReadOnlyList<PathLockKey> keys, IPathOperation<TResult> operation)
    {
        if (keys[0] is PathLockKey.Path path)
            BeforePath?.Invoke(path.StorePath);
        return _inner!.RunAsync(keys, operation); // Set when the store is opened.
    }
}
