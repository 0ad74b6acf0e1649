using Farm.Store.Actors;
using Farm.Store.Locking;

namespace Farm.Tests.Store.Local;

/// <summary>No locks at all: every operation runs at once. Shows what the locks are for.</summary>
internal sealed class ImmediatePathLocks : IPathLocks
{
    public Task<TResult> RunAsync<TResult>(IReadOnlyList<PathLockKey> keys, IPathOperation<TResult> operation) =>
        Task.Run(operation.RunAsync);
}
