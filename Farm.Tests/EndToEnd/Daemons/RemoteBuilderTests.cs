using Farm.Tests.Daemon.Clients;
using Farm.Tests.Support;

namespace Farm.Tests.EndToEnd.Daemons;

/// <summary>A stock Nix has its builds done here, over a real OpenSSH server.</summary>
public sealed class RemoteBuilderTests
{
    [OpenSshFact]
    public Task Over_ssh_ng_where_the_daemon_owns_the_store() =>
        BuildsAsync("ssh-ng", "daemon --stdio", hasDaemon: true);

    [OpenSshFact]
    public Task Over_ssh_ng_without_a_daemon() => BuildsAsync("ssh-ng", "daemon --stdio", hasDaemon: false);

    [OpenSshFact]
    public Task Over_ssh_where_the_daemon_owns_the_store() => BuildsAsync("ssh", "serve", hasDaemon: true);

    [OpenSshFact]
    public async Task A_farm_is_one_machine_to_another_Nix()
    {
        await using var farm = await FarmBehindDaemon.StartAsync(workers: 1);
        var there = farm.Side;
        var keys = Directory.CreateDirectory($"{there.Root}/ssh").FullName;
        await using var server = await SshServer.StartAsync(keys);
        there.Set("NIX_SSHOPTS", server.Options);
        foreach (
            var (scheme, verb, wanted) in ((string, string, string)[])
                [("ssh-ng", "daemon --stdio", "-A user -A multi"), ("ssh", "serve", "-A whole -A random")]
        )
        {
            var remote = farm.Script($"remote-{scheme}", verb);
            var builder = $"{scheme}://root@127.0.0.1?remote-program={remote} x86_64-linux - 4";
            there.Set("NIX_REMOTE", $"{there.Root}/client");
            there.Set("NIX_CONFIG", $"builders = {builder}\nmax-jobs = 0\nsubstituters =\nbuild-users-group =");
            var run = await there.RunAsync($"nix-build F {wanted} --no-out-link");
            Assert.True(run.ExitCode == 0, run.Error + farm.Nodes.Told());
            Assert.Contains($"on '{scheme}://root@127.0.0.1", run.Error);
            var failed = await there.RunAsync("nix-build F -A fail --no-out-link");
            Assert.NotEqual(0, failed.ExitCode);
            Assert.Contains("failed with exit code 3", failed.Error);
        }
        var builds = await farm.Nodes.Client.BuildsAsync(farm.Nodes.Ct);
        Assert.Contains(builds, build => build.Roots[0].Name == "random.drv");
    }

    private static async Task BuildsAsync(string scheme, string verb, bool hasDaemon)
    {
        // Both have the same store directory by name, as machines have; the client's lies below a root.
        using var there = new NixSide();
        var keys = Directory.CreateDirectory($"{there.Root}/ssh").FullName;
        await using var server = await SshServer.StartAsync(keys);
        var remote = DaemonProgram.Script(there, "remote", verb);
        var daemon = DaemonProgram.Script(there, "daemon", "daemon");
        using var running = hasDaemon ? DaemonProgram.Start(daemon) : null;
        try
        {
            if (running is not null)
                await DaemonProgram.SocketFileAsync(there.Socket, running);
            var builder = $"{scheme}://root@127.0.0.1?remote-program={remote} x86_64-linux - 4";
            there.Set("NIX_SSHOPTS", server.Options);
            there.Set("NIX_REMOTE", $"{there.Root}/client");
            there.Set("NIX_CONFIG", $"builders = {builder}\nmax-jobs = 0\nsubstituters =\nbuild-users-group =");
            // Without a daemon the store belongs to one client at a time.
            var run = await there.RunAsync($"nix-build F -A ok {(hasDaemon ? "-A user -A multi " : "")}--no-out-link");
            Assert.True(run.ExitCode == 0, run.Error);
            Assert.Equal(hasDaemon ? "/S/ok\n/S/user\n/S/multi\n" : "/S/ok\n", run.Output);
            Assert.Contains($"on '{scheme}://root@127.0.0.1", run.Error);
            if (!hasDaemon)
                return;
            var failed = await there.RunAsync("nix-build F -A fail --no-out-link");
            Assert.NotEqual(0, failed.ExitCode);
            Assert.Contains("failed with exit code 3", failed.Error);
        }
        finally
        {
            if (running is not null)
                await DaemonProgram.TerminateAsync(running);
        }
    }
}
