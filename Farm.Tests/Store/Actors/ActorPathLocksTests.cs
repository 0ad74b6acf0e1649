using Farm.Store.Actors;
using Farm.Store.Locking;

namespace Farm.Tests.Store.Actors;

public sealed class ActorPathLocksTests : IAsyncLifetime
{
    private readonly ActorSystem _system = ActorSystem.Create("locks");
    private StoreActors _actors = null!; // Set before each test.
    private ActorPathLocks _locks = null!; // Set before each test.

    public async Task InitializeAsync()
    {
        _actors = StoreActors.Begin(_system);
        var props = Props.Create(() => new PathLocksActor());
        _locks = new(_actors, await _actors.BeginAsync(props, "path-locks", CancellationToken.None));
    }

    public async Task DisposeAsync()
    {
        await _actors.DisposeAsync();
        await _system.Terminate();
    }

    [Fact]
    public async Task No_two_operations_run_under_one_lock_and_none_is_lost()
    {
        var inside = 0;
        var done = 0;
        var operations = Enumerable
            .Range(0, 20_000)
            .Select(i =>
                _locks.RunAsync(
                    [new PathLockKey.Inode((ulong)(i % 3 == 0 ? 7 : i))],
                    new Operation<int>(async () =>
                    {
                        if (i % 3 == 0)
                        {
                            Assert.Equal(1, Interlocked.Increment(ref inside));
                            await Task.Yield();
                            Interlocked.Decrement(ref inside);
                        }
                        return Interlocked.Increment(ref done);
                    })
                )
            );
        await Task.WhenAll(operations);
        Assert.Equal(20_000, done);
    }

    [Fact]
    public async Task Operations_on_many_locks_do_not_stop_each_other()
    {
        var keys = Enumerable.Range(0, 6).Select(i => new PathLockKey.Inode((ulong)i)).ToArray();
        var random = new Random(3);
        var operations = Enumerable
            .Range(0, 3000)
            .Select(_ =>
            {
                var some = keys.Where(_ => random.Next(2) == 0).DefaultIfEmpty(keys[0]).Order().ToArray();
                return _locks.RunAsync(some, new Operation<int>(() => Task.FromResult(some.Length)));
            })
            .ToArray();
        Assert.All(await Task.WhenAll(operations), count => Assert.InRange(count, 1, 6));
    }

    [Fact]
    public async Task A_failure_reaches_its_caller_and_the_next_operation_runs()
    {
        PathLockKey[] key = [new PathLockKey.Inode(1)];
        var failing = _locks.RunAsync(key, new Operation<int>(() => throw new IOException("broken")));
        var next = _locks.RunAsync(key, new Operation<int>(() => Task.FromResult(2)));
        var failure = await Assert.ThrowsAsync<IOException>(() => failing);
        Assert.Equal("broken", failure.Message);
        Assert.Equal(2, await next);
    }

    private sealed class Operation<T>(Func<Task<T>> run) : IPathOperation<T>
    {
        public Task<T> RunAsync() => run();
    }
}
