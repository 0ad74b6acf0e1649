using Farm.Store.Actors;
using Farm.Store.Locking;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Actors;

public sealed class StoreActorsTests : ActorTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;
    private static readonly PathLockKey[] s_keys = [new PathLockKey.Inode(1)];

    [Fact]
    public async Task A_lock_that_fails_fails_the_store_and_everyone_who_waits_is_told()
    {
        await using var actors = StoreActors.Begin(Sys);
        var locks = await actors.BeginAsync(Props.Create(() => new PathLocksActor()), "path-locks", s_ct);
        var paths = new ActorPathLocks(actors, locks);
        var first = new TaskCompletionSource<object?>(TaskCreationOptions.RunContinuationsAsynchronously);
        locks.Tell(new RunUnderLocks(s_keys, 0, () => first.Task), TestActor);
        var goesOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var holding = paths.RunAsync(s_keys, new Waiting(goesOn.Task));
        first.SetResult(true);
        ExpectMsg<OperationEnded>();
        var oneLock = LastSender;
        oneLock.Tell(new RunUnderLocks(null!, 0, null!), TestActor); // Only a bug could send this.
        var behind = paths.RunAsync(s_keys, new Waiting(goesOn.Task));

        goesOn.SetResult();

        Assert.True(await holding);
        await Assert.ThrowsAsync<VitalActorException>(() => behind);
        var failure = await Assert.ThrowsAsync<VitalActorException>(() => actors.Failure);
        Assert.Contains("path-locks", failure.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<VitalActorException>(() => paths.RunAsync(s_keys, new Waiting(goesOn.Task)));
    }

    [Fact]
    public async Task An_actor_that_fails_is_not_begun_again_and_its_asker_is_told()
    {
        await using var actors = StoreActors.Begin(Sys);
        var writer = await actors.BeginAsync(Props.Create(() => new Fragile()), "store-writer", s_ct);
        await Assert.ThrowsAsync<VitalActorException>(() => actors.AskAsync(writer, "fail"));
        Assert.True(actors.Failure.IsFaulted);
    }

    [Fact]
    public async Task Actors_that_end_in_order_are_no_failure()
    {
        var actors = StoreActors.Begin(Sys);
        var writer = await actors.BeginAsync(Props.Create(() => new Fragile()), "store-writer", s_ct);
        await actors.DisposeAsync();
        await actors.Failure;
        await Assert.ThrowsAsync<ObjectDisposedException>(() => actors.AskAsync(writer, "fail"));
    }

    private sealed class Waiting(Task goesOn) : IPathOperation<bool>
    {
        public async Task<bool> RunAsync()
        {
            await goesOn;
            return true;
        }
    }

    private sealed class Fragile : ReceiveActor
    {
        public Fragile() => Receive<string>(_ => throw new InvalidOperationException("a bug"));
    }
}
