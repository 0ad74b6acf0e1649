using Farm.Tests.EndToEnd.Processes;
using Farm.Tests.Support;

namespace Farm.Tests.EndToEnd;

/// <summary><c>farm up</c>: a whole farm from one command.</summary>
public sealed class FarmUpTests
{
    [FarmProcessFact]
    public async Task Told_to_stop_in_the_middle_of_builds_it_ends_with_nothing_left()
    {
        await using var farm = new FarmProcesses(TimeSpan.FromSeconds(90));
        using var troubles = new TroubleExpression();
        var stubborn = (await troubles.InstantiateAsync("stubborn", farm.Ct)).Single();
        var up = farm.StartFarm(workers: 2);
        var (waited, status) = await farm.RunAsync("status", "--wait", "--workers", "2", "--timeout", "60");
        Assert.True(waited == 0, up.Told + status.Told);
        var build = farm.Start("build", "--from", troubles.Root, "--no-out-link", troubles.Print(stubborn));
        await farm.UntilAsync(
            async () => await farm.BuildingAsync("worker-1") + await farm.BuildingAsync("worker-2") == 1,
            "the builder runs"
        );

        await up.TerminateAsync();
        Assert.True(await up.EndAsync() == 0, up.Told);
        await build.KillAsync(); // It waits for the farm to come back.
        Assert.Empty(Remains.Processes(farm.Name));
        foreach (var node in new[] { "coordinator", "worker-1", "worker-2" })
            Assert.Empty(farm.Stray(Path.Combine("farm", node)));
    }

    [FarmProcessFact]
    public async Task Killed_it_takes_its_nodes_and_their_builders_with_it()
    {
        await using var farm = new FarmProcesses(TimeSpan.FromSeconds(90));
        using var troubles = new TroubleExpression();
        var endless = (await troubles.InstantiateAsync("endless", farm.Ct)).Single();
        var up = farm.StartFarm(workers: 1);
        await farm.RunAsync("status", "--wait", "--workers", "1", "--timeout", "60");
        var build = farm.Start("build", "--from", troubles.Root, "--no-out-link", troubles.Print(endless));
        await farm.UntilAsync(async () => await farm.BuildingAsync("worker-1") == 1, "the builder runs");

        await up.KillAsync();
        await build.KillAsync();
        await farm.NoBuilderLeftAsync();
    }

    [FarmProcessFact]
    public async Task Node_that_dies_is_started_again()
    {
        await using var farm = new FarmProcesses(TimeSpan.FromSeconds(90));
        using var troubles = new TroubleExpression();
        var drv = (await troubles.InstantiateAsync("orphans", farm.Ct)).Single();
        var up = farm.StartFarm(workers: 1);
        // Before it says so itself, a node that dies is one that cannot be started.
        await farm.UntilAsync(
            () => Task.FromResult(up.Out.Any(line => line.StartsWith("The farm is up", StringComparison.Ordinal))),
            "the farm is up"
        );

        await farm.KillProcessAsync("coordinator --listen");
        await farm.KillProcessAsync("worker --name worker-1");
        await farm.UntilAsync(
            () =>
                Task.FromResult(up.Error.Count(line => line.Contains("started again", StringComparison.Ordinal)) == 2),
            "both nodes are started again"
        );
        var (waited, status) = await farm.RunAsync("status", "--wait", "--workers", "1", "--timeout", "60");
        Assert.True(waited == 0, up.Told + status.Told);
        var (exitCode, build) = await farm.RunAsync(
            "build",
            "--from",
            troubles.Root,
            "--no-out-link",
            troubles.Print(drv)
        );
        Assert.True(exitCode == 0, up.Told + build.Told);
    }
}
