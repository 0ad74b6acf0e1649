using System.Net.Http.Json;
using Farm.Protocol.Api;
using Farm.Store.Derivations;
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

    [SandboxFact]
    public async Task What_comes_out_the_same_when_it_is_built_again_passes_the_check()
    {
        await using var worker = await StartWorkerAsync("one");
        var drv = await BuiltAsync("same", "echo same > $out");
        var check = await _coordinator.SubmitAsync(new SubmitBuild([drv], Mode: BuildMode.Check));
        var end = await _coordinator.EndOfAsync(check.Id);
        Assert.Equal(BuildState.Succeeded, end.State);
        Assert.Equal(_coordinator.OutputOf(drv), Assert.Single(end.Roots).Outputs["out"]);
        Assert.Equal(1, end.Usage?.Builders);
        Assert.Equal(2, await AttemptsOfAsync(drv));
    }

    [SandboxFact]
    public async Task What_comes_out_otherwise_is_told_with_both_hashes_and_kept_on_a_worker_that_had_to_fetch_it()
    {
        var first = await StartWorkerAsync("one");
        var drv = await BuiltAsync("other", "cat /proc/sys/kernel/random/uuid > $out");
        await first.DisposeAsync();
        await using var second = await StartWorkerAsync("two");
        var check = await _coordinator.SubmitAsync(new SubmitBuild([drv], KeepFailed: true, Mode: BuildMode.Check));
        var failure = Assert.Single((await _coordinator.EndOfAsync(check.Id)).Failures);
        Assert.Equal(FailureKind.NotDeterministic, Assert.IsType<StepStatus.Failed>(failure.Status).Kind);
        var difference = (await StepAsync(drv)).Attempts[^1].Difference;
        Assert.NotNull(difference);
        Assert.Equal(_coordinator.OutputOf(drv), difference.Output);
        Assert.NotNull(difference.BuiltHash);
        Assert.NotEqual(difference.RecordedHash, difference.BuiltHash);
        var kept = Assert.IsType<string>(difference.KeptOutput);
        Assert.StartsWith(_directory.File("two"), kept, StringComparison.Ordinal);
        var recorded = await File.ReadAllTextAsync(_coordinator.Node.Store.Layout.ToPhysical(difference.Output));
        Assert.NotEqual(recorded, await File.ReadAllTextAsync(kept));
    }

    [SandboxFact]
    public async Task What_is_not_built_cannot_be_checked()
    {
        var drv = await _coordinator.AddDerivationAsync("never");
        using var answer = await _coordinator.PostAsync(new SubmitBuild([drv], Mode: BuildMode.Check));
        var problem = await answer.Content.ReadAsStringAsync(_coordinator.Limit);
        Assert.Contains("checking is not possible", problem, StringComparison.Ordinal);
    }

    [SandboxFact]
    public async Task Damage_at_the_coordinator_is_repaired_by_building_again_also_below_what_is_well()
    {
        await using var worker = await StartWorkerAsync("one");
        var below = await BuiltAsync("below", "echo below > $out");
        var above = await BuiltAsync(
            "above",
            $"mkdir $out; ln -s /nix/store/{_coordinator.OutputOf(below)} $out/l",
            below
        );
        var file = _coordinator.Node.Store.Layout.ToPhysical(_coordinator.OutputOf(below));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.WriteAllTextAsync(file, "worse\n");

        var repair = await _coordinator.SubmitAsync(new SubmitBuild([above], Mode: BuildMode.Repair));
        Assert.Equal(BuildState.Succeeded, (await _coordinator.EndOfAsync(repair.Id)).State);
        Assert.Equal("below\n", await File.ReadAllTextAsync(file));
        Assert.Equal((2, 1), (await AttemptsOfAsync(below), await AttemptsOfAsync(above)));
        var again = await _coordinator.SubmitAsync(new SubmitBuild([above], Mode: BuildMode.Repair));
        Assert.Equal(BuildState.Succeeded, again.State);
    }

    [SandboxFact]
    public async Task Repair_that_comes_to_something_else_is_refused()
    {
        await using var worker = await StartWorkerAsync("one");
        var drv = await BuiltAsync("other", "cat /proc/sys/kernel/random/uuid > $out");
        await worker.DisposeAsync();
        await using var second = await StartWorkerAsync("two");
        var file = _coordinator.Node.Store.Layout.ToPhysical(_coordinator.OutputOf(drv));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.WriteAllTextAsync(file, "worse\n");
        var repair = await _coordinator.SubmitAsync(new SubmitBuild([drv], Mode: BuildMode.Repair));
        var failure = Assert.Single((await _coordinator.EndOfAsync(repair.Id)).Failures);
        Assert.Contains(
            "came out otherwise than it is recorded",
            Assert.IsType<StepStatus.Failed>(failure.Status).Reason,
            StringComparison.Ordinal
        );
    }

    private async Task<StorePath> BuiltAsync(string name, string script, params StorePath[] inputs)
    {
        _coordinator.Script = script;
        var drv = await _coordinator.AddDerivationAsync(name, inputs);
        var build = await _coordinator.SubmitAsync(drv);
        Assert.Equal(BuildState.Succeeded, (await _coordinator.EndOfAsync(build.Id)).State);
        return drv;
    }

    /// <summary>Waits until a worker has begun to build: its scratch directory is there.</summary>
    private async Task UntilBuildingAsync(string worker)
    {
        var store = $"{_directory.File(worker)}/nix/store";
        while (Directory.GetDirectories(store, "*.chroot").Length == 0)
            await Task.Delay(10, _coordinator.Limit);
    }

    private async Task<int> AttemptsOfAsync(StorePath drv) => (await StepAsync(drv)).Attempts.Length;

    private async Task<StepView> StepAsync(StorePath drv)
    {
        var url = new Uri($"api/steps/{drv}", UriKind.Relative);
        return (await _coordinator.Http.GetFromJsonAsync(url, ApiJsonContext.Default.StepView, _coordinator.Limit))!;
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
