using Farm.Store.Actors;
using Farm.Store.Locking;

namespace Farm.Tests.Store.Local;

/// <summary>Counts the operations that go to other locks.</summary>
internal sealed class CountingPathLocks(IPathLocks inner) : IPathLocks
{
    private long _count;

    public long Count => Interlocked.Read(ref _count);

    public Task<TResult> RunAsync<TResult>(IReadOnlyList<PathLockKey> keys, IPathOperation<TResult> operation)
    {
        Interlocked.Increment(ref _count);
        return inner.RunAsync(keys, operation);
    }
}
