using System.Diagnostics;
using Farm.Benchmarks.Reporting;

namespace Farm.Benchmarks.Actors;

/// <summary>How fast the actor engine is: messages one way from one sender, and one hop of a message between two actors.</summary>
public static class MessageRate
{
    private const int Messages = 5_000_000;
    private const int Hops = 2_000_000;
    private const int Rounds = 5;

    public static async Task MeasureAsync(BenchmarkRun run, CancellationToken ct)
    {
        using var system = ActorSystem.Create("bench");
        var (rates, hops) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            ct.ThrowIfCancellationRequested();
            rates.Add(await OneWayAsync(system).ConfigureAwait(false) / 1e6);
            hops.Add(await HopAsync(system).ConfigureAwait(false));
        }
        await system.Terminate().ConfigureAwait(false);
        run.Sheet.Add("messages one way, one sender", "M/s", Sample.Of(rates, isMoreBetter: true));
        run.Sheet.Add("one hop between two actors", "ns", Sample.Of(hops));
    }

    private static async Task<double> OneWayAsync(ActorSystem system)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var counter = system.ActorOf(Props.Create(() => new CountingActor(Messages, done)));
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Messages; i++)
            counter.Tell(Ball.Instance, ActorRefs.NoSender);
        await done.Task.ConfigureAwait(false);
        var elapsed = Stopwatch.GetElapsedTime(started);
        system.Stop(counter);
        return Messages / elapsed.TotalSeconds;
    }

    private static async Task<double> HopAsync(ActorSystem system)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var left = system.ActorOf(Props.Create(() => new ReturningActor(Hops / 2, done)));
        var right = system.ActorOf(Props.Create(() => new ReturningActor(Hops / 2, done)));
        var started = Stopwatch.GetTimestamp();
        left.Tell(Ball.Instance, right);
        await done.Task.ConfigureAwait(false);
        var elapsed = Stopwatch.GetElapsedTime(started);
        system.Stop(left);
        system.Stop(right);
        return elapsed.TotalNanoseconds / Hops;
    }

    private sealed class Ball
    {
        public static readonly Ball Instance = new();
    }

    private sealed class CountingActor(int expected, TaskCompletionSource done) : UntypedActor
    {
        private int _count;

        protected override void OnReceive(object message)
        {
            if (++_count == expected)
                done.SetResult();
        }
    }

    private sealed class ReturningActor(int expected, TaskCompletionSource done) : UntypedActor
    {
        private int _count;

        protected override void OnReceive(object message)
        {
            if (++_count == expected)
                done.TrySetResult();
            else
                Sender.Tell(message, Self);
        }
    }
}
