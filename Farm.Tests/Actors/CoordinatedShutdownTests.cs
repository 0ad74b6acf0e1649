using Farm.Tests.Support;

namespace Farm.Tests.Actors;

public sealed class CoordinatedShutdownTests : ActorTests
{
    [Fact]
    public async Task Phases_run_in_their_order_and_end_the_system()
    {
        var order = new List<string>();
        var shutdown = CoordinatedShutdown.Get(Sys);
        foreach (
            var phase in new[]
            {
                CoordinatedShutdown.PhaseBeforeActorSystemTerminate,
                CoordinatedShutdown.PhaseBeforeServiceUnbind,
                CoordinatedShutdown.PhaseServiceStop,
            }
        )
            shutdown.AddTask(phase, "note", () => Note(phase));
        await shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance);
        Assert.Equal(["before-service-unbind", "service-stop", "before-actor-system-terminate"], order);
        Assert.True(Sys.WhenTerminated.IsCompleted);
        Assert.Same(CoordinatedShutdown.ClrExitReason.Instance, shutdown.ShutdownReason);

        Task<Done> Note(string phase)
        {
            order.Add(phase);
            return Task.FromResult(Done.Instance);
        }
    }

    [Fact]
    public async Task A_failed_task_does_not_keep_the_system_alive()
    {
        CoordinatedShutdown
            .Get(Sys)
            .AddTask(
                CoordinatedShutdown.PhaseServiceStop,
                "broken",
                () => Task.FromException<Done>(new InvalidOperationException("broken"))
            );
        await Sys.Terminate();
        Assert.True(Sys.WhenTerminated.IsCompletedSuccessfully);
    }

    [Fact]
    public void An_unknown_phase_is_refused() =>
        Assert.Throws<ArgumentException>(() =>
            CoordinatedShutdown.Get(Sys).AddTask("no-such-phase", "task", () => Task.FromResult(Done.Instance))
        );
}
