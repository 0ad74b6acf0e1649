using Farm.Store.Locking;

namespace Farm.Store.Actors;

/// <summary>Locks that are actors, one for each key that is in use.</summary>
internal sealed class ActorPathLocks(StoreActors actors, IActorRef locks) : IPathLocks
{
    public async Task<TResult> RunAsync<TResult>(IReadOnlyList<PathLockKey> keys, IPathOperation<TResult> operation)
    {
        var run = new RunUnderLocks(keys, 0, async () => await operation.RunAsync().ConfigureAwait(false));
        var ended = await actors.AskAsync(locks, run).ConfigureAwait(false);
        return ended.Unwrap<TResult>();
    }
}
