using System.Text;
using Farm.Http;
using Farm.Store.Paths;

namespace Farm.Tests.Http;

public sealed class StoreAdminEndpointsTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;

    [Fact]
    public async Task A_running_node_lists_what_is_dead_then_collects_it_and_tells_its_progress()
    {
        await using var server = await StoreServer.StartAsync();
        var kept = await AddAsync(server, "kept");
        var dead = await AddAsync(server, "dead");
        await using var hold = await server.Store.TempRoots.HoldAsync([kept], s_ct);
        var client = new StoreAdminClient(server.Http, server.Address);
        Assert.Equal([server.Store.StoreDir.Print(dead)], (await client.CollectAsync(new("dead"), null, s_ct)).Listed);
        Assert.Equal([server.Store.StoreDir.Print(kept)], (await client.CollectAsync(new("live"), null, s_ct)).Listed);
        Assert.Contains(await client.RootsAsync(s_ct), root => root.Path == server.Store.StoreDir.Print(kept));
        var phases = new List<string>();
        var told = new ImmediateProgress<NodeStep>(step => phases.Add(step.Phase));
        var answer = await client.CollectAsync(new("collect"), told, s_ct);
        Assert.Equal(1, answer.DeletedPaths);
        Assert.Equal(["searching", "found", "deleting", "sweeping"], phases);
        Assert.Equal([kept], await server.Store.AllValidAsync(s_ct));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"action\":\"burn\"}")]
    [InlineData("no JSON")]
    public async Task A_question_that_makes_no_sense_is_refused(string body)
    {
        await using var server = await StoreServer.StartAsync();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await server.Http.PostAsync(new Uri(server.Address, "api/store/gc"), content, s_ct);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private static async Task<StorePath> AddAsync(StoreServer server, string name) =>
        (await server.Store.AddTextAsync(StorePathName.Parse(name), Encoding.ASCII.GetBytes(name), [], s_ct)).Path;

    private sealed class ImmediateProgress<T>(Action<T> act) : IProgress<T>
    {
        public void Report(T value) => act(value);
    }
}
