using Farm.Protocol;
using Farm.Store.Paths;
using Farm.Tests.EndToEnd.Processes;
using Farm.Tests.Support;

namespace Farm.Tests.EndToEnd;

/// <summary>A coordinator that is killed in the middle of a build.</summary>
public sealed class CoordinatorCrashTests
{
    [FarmProcessFact]
    public async Task The_build_goes_on_after_its_restart_and_nothing_is_built_twice()
    {
        await using var farm = new FarmProcesses(TimeSpan.FromSeconds(120));
        using var troubles = new TroubleExpression();
        var steps = await troubles.InstantiateAsync("steps", farm.Ct, ("seconds", "3"));
        var last = await troubles.InstantiateAsync("last", farm.Ct, ("seconds", "3"));
        await farm.StartCoordinatorAsync();
        await Task.WhenAll(farm.StartWorkerAsync("worker-1", 2), farm.StartWorkerAsync("worker-2", 2));
        var link = farm.File("result");
        var build = farm.Start("build", "--from", troubles.Root, "--out-link", link, troubles.Print(last.Single()));
        await farm.UntilAsync(() => AllSlotsBuildAsync(farm), "all slots of both workers build");

        await farm.Node("coordinator").KillAsync();
        await farm.StartCoordinatorAsync();
        Assert.True(await build.EndAsync() == 0, farm.Told());
        Assert.Contains(farm.Node("coordinator").Error.Concat(farm.Node("coordinator").Out), IsOfMending);

        await farm.StopAsync();
        StorePath[] all = [.. steps, .. last];
        foreach (var drv in all)
            Assert.IsType<BuildOutcome.Built>(Assert.Single(await farm.AttemptsAsync(drv)).Outcome);
        Assert.Equal("0\n1\n2\n3\n4\n5\n", await File.ReadAllTextAsync(link));
        await farm.AssertValidAsync("coordinator", troubles.Outputs(all));
        await farm.AssertValidAsync("worker-1", []);
        await farm.AssertValidAsync("worker-2", []);
    }

    private static bool IsOfMending(string line) =>
        line.Contains("The store was not closed when it was used last", StringComparison.Ordinal);

    private static async Task<bool> AllSlotsBuildAsync(FarmProcesses farm) =>
        await farm.BuildingAsync("worker-1") + await farm.BuildingAsync("worker-2") == 4;
}
