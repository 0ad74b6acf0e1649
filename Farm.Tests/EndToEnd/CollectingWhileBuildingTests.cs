using Farm.Protocol.Api;
using Farm.Store.Collector;
using Farm.Store.Local;
using Farm.Store.Paths;
using Farm.Tests.Conventions;
using Farm.Tests.Coordinator;
using Farm.Tests.Support;
using Farm.Worker;
using Microsoft.Extensions.Logging.Abstractions;

namespace Farm.Tests.EndToEnd;

/// <summary>Collectors that run again and again on the stores of nodes that work.</summary>
public sealed class CollectingWhileBuildingTests
{
    private static readonly Config Defaults = ConfigurationFactory.ParseString(SourceTree.Text("cluster.hocon"));

    [SandboxFact]
    public async Task Collections_on_all_nodes_break_no_build_and_leave_its_result()
    {
        using var directory = new TemporaryDirectory();
        await using var coordinator = await CoordinatorHost.StartAsync();
        await using var worker = await StartWorkerAsync(directory, coordinator);
        var leaves = new List<StorePath>();
        for (var i = 0; i < 8; i++)
            leaves.Add(await coordinator.AddDerivationAsync($"leaf-{i}"));
        var middle = await coordinator.AddDerivationAsync("middle", [.. leaves]);
        var top = await coordinator.AddDerivationAsync("top", [middle, .. leaves]);
        using var ending = new CancellationTokenSource();
        Task<int>[] collecting;
        BuildView build;
        await using (await coordinator.Node.Store.TempRoots.HoldAsync([top], coordinator.Limit))
        {
            collecting = [CollectAsync(coordinator.Node.Store, ending), CollectAsync(worker.Store, ending)];
            build = await coordinator.SubmitAsync(top);
        }
        Assert.Equal(BuildState.Succeeded, (await coordinator.EndOfAsync(build.Id)).State);
        await ending.CancelAsync();
        Assert.All(await Task.WhenAll(collecting), rounds => Assert.NotEqual(0, rounds));

        var store = coordinator.Node.Store;
        var (result, part) = (coordinator.OutputOf(top), coordinator.OutputOf(leaves[0]));
        // Uploaded outputs are kept for a while; then a part of what was built is garbage, and the result is not.
        while (await store.QueryAsync(part, coordinator.Limit) is not null)
            await CollectOnceAsync(store);
        Assert.NotNull(await store.QueryAsync(result, coordinator.Limit));
        Assert.True((await store.CheckContentsAsync(result, coordinator.Limit)).IsIntact);
    }

    private static async Task<int> CollectAsync(LocalStore store, CancellationTokenSource ending)
    {
        var rounds = 0;
        for (; rounds == 0 || !ending.IsCancellationRequested; rounds++)
            await CollectOnceAsync(store);
        return rounds;
    }

    private static Task<CollectReport> CollectOnceAsync(LocalStore store) =>
        new GarbageCollector(store, new CollectorSettings()).CollectAsync(
            new CollectRequest.Collect(),
            progress: null,
            CancellationToken.None
        );

    private static Task<WorkerNode> StartWorkerAsync(TemporaryDirectory directory, CoordinatorHost coordinator)
    {
        var config = ConfigurationFactory
            .ParseString(
                $$"""
                farm.worker {
                  name = one
                  coordinator = "{{coordinator.Node.Address}}"
                  slots = 2
                  data-dir = "{{directory.File("one")}}"
                  build-users-dir = "{{directory.File("users")}}"
                }
                """
            )
            .WithFallback(Defaults);
        return WorkerNode.StartAsync(
            WorkerNodeSettings.From(config),
            NullLoggerFactory.Instance,
            TimeProvider.System,
            coordinator.Limit
        );
    }
}
