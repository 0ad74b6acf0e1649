using System.Net.Http.Json;
using Farm.Protocol.Api;
using Farm.Store.Paths;
using Farm.Tests.Conventions;
using Farm.Tests.Coordinator;
using Farm.Tests.Support;
using Farm.Worker;
using Microsoft.Extensions.Logging.Abstractions;

namespace Farm.Tests.EndToEnd;

/// <summary>A whole farm in one process: a coordinator, workers, their stores and real sandboxes.</summary>
public sealed class FarmTests : IAsyncLifetime, IDisposable
{
    private static readonly Config Defaults = ConfigurationFactory.ParseString(SourceTree.Text("cluster.hocon"));
    private readonly TemporaryDirectory _directory = new();
    private CoordinatorHost _coordinator = null!; // InitializeAsync sets it

    public async Task InitializeAsync() => _coordinator = await CoordinatorHost.StartAsync();

    public async Task DisposeAsync() => await _coordinator.DisposeAsync();

    public void Dispose() => _directory.Dispose();

    [SandboxFact]
    public async Task Two_workers_build_a_graph_and_nothing_twice()
    {
        await using var one = await StartWorkerAsync("one");
        await using var two = await StartWorkerAsync("two");
        var leaves = new List<StorePath>();
        for (var i = 0; i < 20; i++)
            leaves.Add(await _coordinator.AddDerivationAsync($"leaf-{i}"));
        var top = await _coordinator.AddDerivationAsync("top", [.. leaves]);
        var build = await _coordinator.SubmitAsync(top);
        Assert.Equal(BuildState.Succeeded, (await _coordinator.EndOfAsync(build.Id)).State);
        foreach (var drv in leaves.Append(top))
            Assert.Equal(1, await AttemptsOfAsync(drv));
    }

    [SandboxFact]
    public async Task A_worker_that_ends_in_the_middle_of_a_build_is_replaced_by_the_other()
    {
        var first = await StartWorkerAsync("one");
        _coordinator.Script = "sleep 1; echo hello > $out";
        var drv = await _coordinator.AddDerivationAsync("slow");
        var build = await _coordinator.SubmitAsync(drv);
        await UntilBuildingAsync("one");
        await first.DisposeAsync();
        await using var second = await StartWorkerAsync("two");
        Assert.Equal(BuildState.Succeeded, (await _coordinator.EndOfAsync(build.Id)).State);
        Assert.Equal(2, await AttemptsOfAsync(drv));
    }

    [SandboxFact]
    public async Task A_coordinator_that_comes_back_takes_the_build_that_went_on_without_it()
    {
        await using var worker = await StartWorkerAsync("one");
        _coordinator.Script = "sleep 1; echo hello > $out";
        var drv = await _coordinator.AddDerivationAsync("slow");
        var build = await _coordinator.SubmitAsync(drv);
        await UntilBuildingAsync("one");
        await _coordinator.StopAsync();
        await _coordinator.StartAgainAsync();
        Assert.Equal(BuildState.Succeeded, (await _coordinator.EndOfAsync(build.Id)).State);
        Assert.Equal(1, await AttemptsOfAsync(drv));
    }

    /// <summary>Waits until a worker has begun to build: its scratch directory is there.</summary>
    private async Task UntilBuildingAsync(string worker)
    {
        var store = $"{_directory.File(worker)}/nix/store";
        while (Directory.GetDirectories(store, "*.chroot").Length == 0)
            await Task.Delay(10, _coordinator.Limit);
    }

    private async Task<int> AttemptsOfAsync(StorePath drv)
    {
        var url = new Uri($"api/steps/{drv}", UriKind.Relative);
        var step = await _coordinator.Http.GetFromJsonAsync(url, ApiJsonContext.Default.StepView, _coordinator.Limit);
        return step!.Attempts.Length;
    }

    private Task<WorkerNode> StartWorkerAsync(string name)
    {
        var config = ConfigurationFactory
            .ParseString(
                $$"""
                farm.worker {
                  name = {{name}}
                  coordinator = "{{_coordinator.Node.Address}}"
                  slots = 2
                  data-dir = "{{_directory.File(name)}}"
                  build-users-dir = "{{_directory.File("users")}}"
                }
                """
            )
            .WithFallback(Defaults);
        return WorkerNode.StartAsync(
            WorkerNodeSettings.From(config),
            NullLoggerFactory.Instance,
            TimeProvider.System,
            _coordinator.Limit
        );
    }
}
