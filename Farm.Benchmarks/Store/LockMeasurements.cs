using Farm.Benchmarks.Measuring;
using Farm.Benchmarks.Reporting;
using Farm.Store.Actors;
using Farm.Store.Hashing;
using Farm.Store.Locking;

namespace Farm.Benchmarks.Store;

/// <summary>What it costs to pass a path lock from one operation to the next.</summary>
internal static class LockMeasurements
{
    private const int Rounds = 5;
    private const int Operations = 200_000;
    private const int UnderWay = 256;

    public static async Task MeasureAsync(BenchmarkRun run, CancellationToken ct)
    {
        using var system = ActorSystem.Create("bench");
        await using var actors = StoreActors.Begin(system);
        var props = Props.Create(() => new PathLocksActor());
        var locks = new ActorPathLocks(actors, await actors.BeginAsync(props, "path-locks", ct));
        PathLockKey[] one = [new PathLockKey.Link(Sha256Digest.Compute("x"u8))];
        var keys = Enumerable
            .Range(0, Operations)
            .Select(i => new PathLockKey[] { new PathLockKey.Inode((ulong)i) })
            .ToArray();
        var contended = Contender.Timed((_, _) => RunOperationsAsync(locks, _ => one));
        var apart = Contender.Timed((_, _) => RunOperationsAsync(locks, i => keys[i]));
        var samples = await Interleaved.RunAsync(Rounds, [contended, apart], ct);
        Add($"path lock, hand-over to one of {UnderWay} that wait", samples[0]);
        Add("path lock, each operation its own path", samples[1]);

        void Add(string what, Sample all) => run.Sheet.Add(what, "µs", all.Times(1000.0 / Operations));
    }

    private static async Task RunOperationsAsync(ActorPathLocks locks, Func<int, PathLockKey[]> key)
    {
        var underWay = new Queue<Task<bool>>();
        for (var i = 0; i < Operations; i++)
        {
            underWay.Enqueue(locks.RunAsync(key(i), Nothing.Instance));
            if (underWay.Count > UnderWay)
                await underWay.Dequeue();
        }
        await Task.WhenAll(underWay);
    }

    private sealed class Nothing : IPathOperation<bool>
    {
        public static Nothing Instance { get; } = new();

        public Task<bool> RunAsync() => Task.FromResult(true);
    }
}
