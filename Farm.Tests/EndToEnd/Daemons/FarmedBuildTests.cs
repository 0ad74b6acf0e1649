using System.Diagnostics;
using Farm.Store.Paths;
using Farm.Tests.Daemon.Clients;
using Farm.Tests.Support;

namespace Farm.Tests.EndToEnd.Daemons;

/// <summary>Real clients of a daemon whose builds run on the workers of a farm.</summary>
public sealed class FarmedBuildTests
{
    [FarmProcessFact]
    public async Task Builds_run_on_workers_and_come_to_the_store_of_the_daemon()
    {
        await using var farm = await FarmBehindDaemon.StartAsync(workers: 1);
        var built = await farm.Side.RunAsync("nix-build F -A user -A multi.dev -A deferred -A many --no-out-link");
        Assert.True(built.ExitCode == 0, built.Error + farm.Nodes.Told());
        Assert.StartsWith("/S/user\n/S/multi-dev\n/S/deferred\n/S/many-0\n", built.Output);
        Assert.Contains("building '/S/user.drv' on 'worker-1'...", built.Error);
        // A line of the builder's log.
        Assert.Contains("hi\n", built.Error);
        Assert.Equal("hi\n", (await farm.Side.RunAsync("nix log -f F ok")).Output);

        var near = await farm.Side.RunAsync("nix-build F -A near --no-out-link");
        Assert.Equal((0, "/S/near\n"), (near.ExitCode, near.Output));
        Assert.Contains("building '/S/near.drv'...", near.Error);
        // A client that may build nothing here has that built there too, and anything else.
        var none = await farm.Side.RunAsync("nix-build F -A random --no-out-link -j 0");
        Assert.Equal((0, "/S/random\n"), (none.ExitCode, none.Output));

        foreach (var attribute in (string[])["user", "multi.dev", "deferred"])
        {
            var path = (await Raw(farm.Side, $"nix-build F -A {attribute} --no-out-link")).Trim();
            var hash = (await Raw(farm.Side, $"nix-store -q --hash {path}")).Trim();
            var there = await farm
                .Nodes.Client.Store(StoreDir.Parse(farm.Side.StoreDir))
                .QueryAsync(StorePath.Parse(Path.GetFileName(path)), farm.Nodes.Ct);
            Assert.Equal(hash, there?.Info.NarHash.ToString());
        }
        Assert.Equal(0, (await farm.Side.RunAsync("nix-store --verify --check-contents")).ExitCode);
        Assert.Equal(0, await farm.OpenBuildsAsync());
    }

    [FarmProcessFact]
    public async Task A_failure_is_told_as_the_real_daemon_tells_it()
    {
        await using var farm = await FarmBehindDaemon.StartAsync(workers: 1);
        using var real = new NixSide();
        using var daemon = real.StartDaemon();
        try
        {
            await DaemonProgram.SocketFileAsync(real.Socket, daemon);
            foreach (
                var line in (string[])
                    [
                        "nix-build F -A fail --no-out-link",
                        "nix-build F -A dep --no-out-link",
                        "nix-build F -A hash --no-out-link",
                        "nix-build F -A slow --no-out-link --timeout 1",
                        "nix-build F -A slow --no-out-link --max-silent-time 1",
                        "nix build -f F fail --no-link",
                    ]
            )
            {
                var (here, there) = (await farm.Side.RunAsync(line), await real.RunAsync(line));
                Assert.True((there.ExitCode, there.Output) == (here.ExitCode, here.Output), line + here.Error);
                Assert.Equal(Errors(there), Errors(here));
            }
        }
        finally
        {
            daemon.Kill(entireProcessTree: true);
            await daemon.WaitForExitAsync();
        }
    }

    [FarmProcessFact]
    public async Task Two_clients_share_a_build_which_ends_with_the_last_of_them()
    {
        await using var farm = await FarmBehindDaemon.StartAsync(workers: 1);
        using var first = farm.Side.Start("nix-build F -A shared --no-out-link");
        await LineAsync(first, "begun");
        using var second = farm.Side.Start("nix-build F -A shared --no-out-link", isUntrusted: true);
        await LineAsync(second, " on 'worker-1'...");
        await InterruptAsync(first);
        Assert.Equal(1, await farm.OpenBuildsAsync());
        farm.Open("shared");
        Assert.EndsWith("-shared\n", await second.StandardOutput.ReadToEndAsync());
        Assert.Single((await farm.Nodes.Client.StepAsync(await farm.DrvAsync("shared"), farm.Nodes.Ct)).Attempts);

        using var alone = farm.Side.Start("nix-build F -A kept --no-out-link");
        await LineAsync(alone, "begun");
        await InterruptAsync(alone);
        // What no worker can do waits, and says why.
        using var waiting = farm.Side.Start("nix-build F -A sys --no-out-link");
        await LineAsync(waiting, "-sys.drv' waits on the farm: no worker builds for m68k-linux");
        await InterruptAsync(waiting);
        await farm.Nodes.UntilAsync(async () => await farm.OpenBuildsAsync() == 0, "the build is cancelled");
        await farm.Nodes.NoBuilderLeftAsync();
    }

    [FarmProcessFact]
    public async Task A_worker_that_is_killed_is_not_noticed_by_the_client()
    {
        await using var farm = await FarmBehindDaemon.StartAsync(workers: 2);
        using var client = farm.Side.Start("nix-build F -A hopping --no-out-link");
        var began = await LineAsync(client, " on 'worker-");
        await LineAsync(client, "begun");
        var (lost, other) = began.Contains("worker-1", StringComparison.Ordinal)
            ? ("worker-1", "worker-2")
            : ("worker-2", "worker-1");
        await farm.Nodes.Node(lost).KillAsync();
        await farm.Nodes.UntilAsync(
            async () => await farm.Nodes.BuildingAsync(other) == 1,
            "the other worker has the build"
        );
        farm.Open("hopping");
        var rest = client.StandardError.ReadToEndAsync();
        Assert.EndsWith("-hopping\n", await client.StandardOutput.ReadToEndAsync());
        await client.WaitForExitAsync();
        Assert.Equal((0, "over\n"), (client.ExitCode, await rest));
        Assert.Equal("begun\nover\n", (await farm.Side.RunAsync("nix log -f F hopping")).Output);
    }

    [FarmProcessFact]
    public async Task A_coordinator_that_is_started_again_is_waited_for()
    {
        await using var farm = await FarmBehindDaemon.StartAsync(workers: 1);
        using var client = farm.Side.Start("nix-build F -A hopping --no-out-link");
        await LineAsync(client, "begun");
        // What is to be submitted while it is away waits too, and says so.
        await farm.Nodes.Node("coordinator").KillAsync();
        using var late = farm.Side.Start("nix-build F -A user --no-out-link");
        await LineAsync(late, "note: waiting for the coordinator of the farm: No coordinator answers at ");
        // The worker's pauses between its tries have become longer meanwhile.
        await farm.StartCoordinatorAsync(grace: "1m");
        farm.Open("hopping");
        var rest = client.StandardError.ReadToEndAsync();
        Assert.EndsWith("-hopping\n", await client.StandardOutput.ReadToEndAsync());
        await client.WaitForExitAsync();
        Assert.Equal((0, "over\n"), (client.ExitCode, await rest));
        Assert.Single((await farm.Nodes.Client.StepAsync(await farm.DrvAsync("hopping"), farm.Nodes.Ct)).Attempts);
        Assert.EndsWith("-user\n", await late.StandardOutput.ReadToEndAsync());
        await late.WaitForExitAsync();
        Assert.Equal(0, late.ExitCode);
        Assert.Equal(0, await farm.OpenBuildsAsync());
    }

    [FarmProcessFact]
    public async Task A_farm_that_is_not_there_is_told_in_one_sentence()
    {
        using var side = new NixSide();
        using var daemon = DaemonProgram.Start(
            DaemonProgram.Script(side, "daemon", "daemon --farm http://127.0.0.1:1")
        );
        try
        {
            await DaemonProgram.SocketFileAsync(side.Socket, daemon);
            var run = await side.RunAsync("nix-build F -A ok --no-out-link");
            Assert.NotEqual(0, run.ExitCode);
            Assert.Contains(
                "error: '/S/ok.drv' could not be built: No coordinator answers at http://127.0.0.1:1/ (Connection refused",
                run.Error
            );
        }
        finally
        {
            await DaemonProgram.TerminateAsync(daemon);
        }
    }

    /// <summary>The first line of what a client says that has this in it.</summary>
    private static async Task<string> LineAsync(Process client, string part)
    {
        while (await client.StandardError.ReadLineAsync() is { } line)
        {
            if (line.Contains(part, StringComparison.Ordinal))
                return line;
        }
        throw new InvalidOperationException($"the client ended before it said '{part}'");
    }

    private static async Task InterruptAsync(Process client)
    {
        using (var kill = DaemonProgram.Start("kill", "-INT", $"{client.Id}"))
            await kill.WaitForExitAsync();
        await client.WaitForExitAsync();
        Assert.NotEqual(0, client.ExitCode);
    }

    private static async Task<string> Raw(NixSide side, string line)
    {
        using var process = side.Start(line);
        return await process.StandardOutput.ReadToEndAsync();
    }

    /// <summary>From the first error on, without the lines of progress between.</summary>
    private static string Errors(ClientRun run) =>
        run.Error[Math.Max(0, run.Error.IndexOf("error:", StringComparison.Ordinal))..];
}
