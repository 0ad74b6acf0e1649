using System.Collections.Immutable;
using Farm.Protocol;
using Farm.Tests.Conventions;
using Farm.Tests.EndToEnd.Processes;
using Farm.Tests.Support;

namespace Farm.Tests.EndToEnd;

/// <summary>Some of the demo's programs, with a worker and then the coordinator killed in the middle.</summary>
public sealed class DemoCrashTests
{
    // Independent ones, and two that need another one.
    private static readonly ImmutableArray<string> Programs = ["hello", "xxhash", "zip", "pngcheck"];

    [DemoSourcesFact]
    public async Task Programs_are_built_although_nodes_are_killed()
    {
        await using var farm = new FarmProcesses(TimeSpan.FromSeconds(240));
        using var nix = new RealNix();
        var drvs = await nix.InstantiateAsync(
            Path.Combine(SourceTree.Root, "examples/demo"),
            [
                "--argstr",
                "sources",
                DemoSourcesFactAttribute.Directory,
                .. Programs.SelectMany(name => new[] { "-A", name }),
            ],
            farm.Ct
        );
        await farm.StartCoordinatorAsync("farm.coordinator.grace=2s");
        await Task.WhenAll(farm.StartWorkerAsync("worker-1", 1), farm.StartWorkerAsync("worker-2", 1));
        var link = farm.File("result");
        var build = farm.Start(["build", "--from", nix.Root, "--out-link", link, .. drvs.Select(nix.StoreDir.Print)]);

        await farm.UntilAsync(BothBuildAsync, "both workers build");
        await farm.Node("worker-1").KillAsync();
        await farm.StartWorkerAsync("worker-1", 1);
        await farm.UntilAsync(BothBuildAsync, "both workers build again");
        await farm.Node("coordinator").KillAsync();
        await farm.StartCoordinatorAsync("farm.coordinator.grace=10s");
        Assert.True(await build.EndAsync() == 0, farm.Told());

        await farm.StopAsync();
        foreach (var drv in await nix.RequisitesAsync(drvs, farm.Ct))
        {
            if (drv.IsDerivation)
                Assert.Single(await farm.AttemptsAsync(drv), attempt => attempt.Outcome is BuildOutcome.Built);
        }
        foreach (var node in SmallExample.Nodes)
        {
            Assert.Empty(farm.Stray(node));
            await farm.AssertValidAsync(node, []);
        }
        Assert.Equal("Hello, world!\n", await GreetingAsync(link, farm.Ct));

        async Task<bool> BothBuildAsync() =>
            await farm.BuildingAsync("worker-1") == 1 && await farm.BuildingAsync("worker-2") == 1;
    }

    private static async Task<string> GreetingAsync(string link, CancellationToken ct)
    {
        using var hello = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo(Path.Combine(link, "bin/hello")) { RedirectStandardOutput = true }
        )!; // a new process was asked for
        var greeting = await hello.StandardOutput.ReadToEndAsync(ct);
        await hello.WaitForExitAsync(ct);
        return greeting;
    }
}
