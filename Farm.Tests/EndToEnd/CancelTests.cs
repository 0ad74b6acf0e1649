using Farm.Protocol.Api;
using Farm.Store.Paths;
using Farm.Tests.EndToEnd.Processes;
using Farm.Tests.Support;

namespace Farm.Tests.EndToEnd;

/// <summary>Ctrl-C on a <c>farm build</c>, and what other signals do to clients and nodes.</summary>
public sealed class CancelTests
{
    [FarmProcessFact]
    public async Task Interrupted_client_cancels_its_build_and_nothing_runs_afterwards()
    {
        await using var farm = new FarmProcesses(TimeSpan.FromSeconds(60));
        using var troubles = new TroubleExpression();
        var drvs = new List<StorePath>();
        foreach (var attribute in new[] { "endless", "stubborn" })
            drvs.AddRange(await troubles.InstantiateAsync(attribute, farm.Ct));
        await farm.StartCoordinatorAsync();
        await farm.StartWorkerAsync("worker", 2);
        var build = farm.Start(["build", "--from", troubles.Root, "--no-out-link", .. drvs.Select(troubles.Print)]);
        await farm.UntilAsync(async () => await farm.BuildingAsync("worker") == 2, "both builders run");

        await build.InterruptAsync();
        Assert.True(await build.EndAsync() == 130, farm.Told());
        Assert.Contains("cancelled", Refusal.Sentence(build), StringComparison.Ordinal);
        var cancelled = Assert.Single(await farm.Client.BuildsAsync(farm.Ct));
        Assert.Equal(BuildState.Cancelled, cancelled.State);
        await farm.CleanAsync();
        await farm.UntilAsync(async () => (await farm.Client.StatusAsync(farm.Ct)).SlotsBusy == 0, "no slot is busy");
    }

    [FarmProcessFact]
    public async Task Client_that_is_killed_leaves_its_build_to_the_farm()
    {
        await using var farm = new FarmProcesses(TimeSpan.FromSeconds(60));
        using var troubles = new TroubleExpression();
        var last = (await troubles.InstantiateAsync("last", farm.Ct, ("seconds", "1"))).Single();
        await farm.StartCoordinatorAsync();
        await farm.StartWorkerAsync("worker", 6);
        string[] verb = ["build", "--from", troubles.Root, "--no-out-link", troubles.Print(last)];
        var build = farm.Start(verb);
        await farm.UntilAsync(async () => await farm.BuildingAsync("worker") > 0, "a builder runs");

        await build.KillAsync();
        var (exitCode, again) = await farm.RunAsync(verb);
        Assert.True(exitCode == 0, farm.Told());
        Assert.Single(again.Out);
        Assert.Single((await farm.Client.StepAsync(last, farm.Ct)).Attempts);
    }
}
