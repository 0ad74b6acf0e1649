using System.Diagnostics;

namespace Farm.Benchmarks.Actors;

/// <summary>How fast the actor engine is: messages one way from one sender, and one hop of a message between two actors.</summary>
public static class MessageRate
{
    private const int Messages = 5_000_000;
    private const int Hops = 2_000_000;
    private const int Rounds = 5;

    /// <summary>Prints and gives the best of several rounds.</summary>
    public static async Task<(double MessagesPerSecond, double HopNanoseconds)> RunAsync()
    {
        using var system = ActorSystem.Create("bench");
        var (rate, hop) = (0.0, double.MaxValue);
        for (var round = 0; round < Rounds; round++)
        {
            rate = Math.Max(rate, await OneWayAsync(system).ConfigureAwait(false));
            var measured = await HopAsync(system).ConfigureAwait(false);
            hop = Math.Min(measured, hop);
        }
        await system.Terminate().ConfigureAwait(false);
        Console.WriteLine($"actors: {rate / 1e6:F1} M messages/s one way, {hop:F0} ns a hop");
        return (rate, hop);
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
