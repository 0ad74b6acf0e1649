using Farm.Protocol.Api;
using Farm.Store.Actors;
using Farm.Tests.Support;

namespace Farm.Tests.Coordinator;

public sealed class CoordinatorNodeTests
{
    [Fact]
    public async Task A_failure_of_the_scheduler_ends_the_node_and_the_next_one_takes_up_the_builds()
    {
        var clock = new BreakableClock();
        await using var farm = await CoordinatorHost.StartAsync(clock: clock);
        var a = await farm.AddDerivationAsync("a");
        var build = await farm.SubmitAsync(a);
        clock.Break();
        var failure = await Assert.ThrowsAsync<VitalActorException>(() => farm.Node.WhenStopped.WaitAsync(farm.Limit));
        Assert.Contains("scheduler", failure.Message, StringComparison.Ordinal);
        await farm.StopAsync();
        clock.Mend();
        await farm.StartAgainAsync();
        await using var worker = await farm.ConnectWorkerAsync("w1");
        await worker.BuildAsync((await worker.ReceiveWorkAsync()).Single(), a);
        Assert.Equal(BuildState.Succeeded, (await farm.EndOfAsync(build.Id)).State);
    }
}
