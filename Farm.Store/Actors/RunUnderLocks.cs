using Farm.Store.Locking;

namespace Farm.Store.Actors;

/// <summary>Asks for an operation to run under the locks from <paramref name="Next"/> on; those before are held.</summary>
/// <param name="Keys">All locks of the operation, sorted.</param>
/// <param name="Next">Index of the lock to take now.</param>
/// <param name="Operation">Starts the operation; local to this process, as files are.</param>
internal sealed record RunUnderLocks(IReadOnlyList<PathLockKey> Keys, int Next, Func<Task<object?>> Operation)
{
    public PathLockKey Key => Keys[Next];

    public bool IsLast => Next == Keys.Count - 1;
}
