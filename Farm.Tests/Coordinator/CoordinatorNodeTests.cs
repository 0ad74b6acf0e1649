using System.Net;
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

    [Fact]
    public async Task A_cache_for_everybody_has_an_address_where_nothing_else_is()
    {
        await using var farm = await CoordinatorHost.StartAsync();
        Assert.Null(farm.Node.CacheAddress);
        await farm.StopAsync();
        farm.ServeCache();
        await farm.StartAgainAsync();
        var a = await farm.AddDerivationAsync("a");
        using var http = new HttpClient { BaseAddress = farm.Node.CacheAddress };
        using var narInfo = await http.GetAsync(new Uri($"{a.Hash}.narinfo", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, narInfo.StatusCode);
        foreach (var file in new[] { "api/status", "api/store/roots", "session" })
        {
            using var other = await http.GetAsync(new Uri(file, UriKind.Relative));
            Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
        }
        using var upload = await http.PutAsync(new Uri($"upload/{a}", UriKind.Relative), new StringContent("x"));
        Assert.Equal(HttpStatusCode.Forbidden, upload.StatusCode);
    }
}
