using Farm.Protocol;
using Farm.Store.Paths;
using Farm.Tests.EndToEnd.Processes;
using Farm.Tests.Support;

namespace Farm.Tests.EndToEnd;

/// <summary>A worker that is killed in the middle of its builds.</summary>
public sealed class WorkerCrashTests
{
    [FarmProcessFact]
    public async Task Its_builds_are_done_elsewhere_and_it_comes_back_clean()
    {
        await using var farm = new FarmProcesses(TimeSpan.FromSeconds(120));
        using var troubles = new TroubleExpression();
        var steps = await troubles.InstantiateAsync("steps", farm.Ct, ("seconds", "3"));
        var last = await troubles.InstantiateAsync("last", farm.Ct, ("seconds", "3"));
        await farm.StartCoordinatorAsync("farm.coordinator.grace=1s");
        await Task.WhenAll(farm.StartWorkerAsync("worker-1", 2), farm.StartWorkerAsync("worker-2", 2));
        var build = farm.Start("build", "--from", troubles.Root, "--no-out-link", troubles.Print(last.Single()));
        await farm.UntilAsync(async () => await farm.BuildingAsync("worker-1") == 2, "worker-1 builds two steps");

        await farm.Node("worker-1").KillAsync();
        await farm.NoBuilderOfAsync("worker-1");
        Assert.True(await build.EndAsync() == 0, farm.Told());

        await farm.StartWorkerAsync("worker-1", 2);
        Assert.Empty(Directory.EnumerateDirectories(farm.StoreDirectory("worker-1"), "*.chroot"));
        await farm.StopAsync();
        StorePath[] all = [.. steps, .. last];
        foreach (var drv in all)
        {
            var attempts = await farm.AttemptsAsync(drv);
            Assert.Single(attempts, attempt => attempt.Outcome is BuildOutcome.Built);
        }
        Assert.Contains(await LostAsync(farm, all), worker => worker == "worker-1");
        await farm.AssertValidAsync("coordinator", troubles.Outputs(all));
    }

    private static async Task<List<string>> LostAsync(FarmProcesses farm, IEnumerable<StorePath> drvs)
    {
        var lost = new List<string>();
        foreach (var drv in drvs)
            lost.AddRange(
                from attempt in await farm.AttemptsAsync(drv)
                where attempt.Outcome is not BuildOutcome.Built
                select attempt.Worker.ToString()
            );
        return lost;
    }
}
