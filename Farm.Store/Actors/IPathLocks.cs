using Farm.Store.Locking;

namespace Farm.Store.Actors;

/// <summary>The locks of one store.</summary>
public interface IPathLocks
{
    /// <summary>Runs an operation when it holds all of these locks; its outcome is the task's.</summary>
    /// <remarks>The operation is not cancelled once it is handed over: it runs to its end.
    /// An operation may itself take locks, of keys that come after all of its own.</remarks>
    /// <param name="keys">Sorted, without duplicates, at least one.</param>
    /// <param name="operation">What to do.</param>
    Task<TResult> RunAsync<TResult>(IReadOnlyList<PathLockKey> keys, IPathOperation<TResult> operation);
}
