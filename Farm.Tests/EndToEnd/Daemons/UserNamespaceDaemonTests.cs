using System.Diagnostics;
using Farm.Tests.Daemon.Clients;
using Farm.Tests.Support;

namespace Farm.Tests.EndToEnd.Daemons;

/// <summary>A daemon that is root in a user namespace alone, as in containers without privileges.</summary>
public sealed class UserNamespaceDaemonTests
{
    private const string Expression =
        "derivation { name = \"map\"; system = \"x86_64-linux\"; builder = \"/bin/sh\"; "
        + "args = [ \"-c\" \"read inside outside count < /proc/self/uid_map; echo $inside $outside $count > $out\" ]; }";

    [FarmProcessFact]
    public async Task With_one_id_builders_have_that_with_and_without_a_sandbox()
    {
        using var side = new NixSide();
        await ServedAsync(side, DaemonProgram.Start("unshare", "-r", DaemonProgram.Script(side, "daemon", "daemon")));
        Assert.Equal("1000 0 1\n", await BuiltAsync(side));

        using var bare = new NixSide();
        await File.AppendAllLinesAsync($"{bare.Root}/conf/nix.conf", ["sandbox = false"]);
        await ServedAsync(bare, DaemonProgram.Start("unshare", "-r", DaemonProgram.Script(bare, "daemon", "daemon")));
        Assert.Equal("0 0 1\n", await BuiltAsync(bare));
    }

    [FarmProcessFact]
    public async Task With_a_range_of_ids_each_builder_has_one_of_its_own()
    {
        using var side = new NixSide();
        // What makes the namespace has no ids in it before they are mapped: the daemon enters it afterwards.
        using var holder = DaemonProgram.Start("unshare", "--user", "sleep", "infinity");
        try
        {
            var own = new FileInfo("/proc/self/ns/user").LinkTarget;
            while (new FileInfo($"/proc/{holder.Id}/ns/user").LinkTarget == own)
                await Task.Delay(10);
            foreach (var map in (string[])["uid_map", "gid_map"])
                await File.WriteAllTextAsync($"/proc/{holder.Id}/{map}", "0 0 65536");
            string[] enter = ["nsenter", "--user", $"--target={holder.Id}", "--setuid=0", "--setgid=0"];
            await ServedAsync(side, DaemonProgram.Start([.. enter, DaemonProgram.Script(side, "daemon", "daemon")]));
            Assert.Equal("1000 64512 1\n", await BuiltAsync(side));
        }
        finally
        {
            holder.Kill();
            await holder.WaitForExitAsync();
        }
    }

    private static async Task ServedAsync(NixSide side, Process daemon)
    {
        using (daemon)
        {
            try
            {
                await DaemonProgram.SocketFileAsync(side.Socket, daemon);
                await File.WriteAllTextAsync($"{side.Root}/map.nix", Expression);
                var run = await side.RunAsync($"nix-build {side.Root}/map.nix -o {side.Root}/built");
                Assert.True(run.ExitCode == 0, run.Error);
            }
            finally
            {
                await DaemonProgram.TerminateAsync(daemon);
            }
        }
    }

    private static Task<string> BuiltAsync(NixSide side) => File.ReadAllTextAsync($"{side.Root}/built");
}
