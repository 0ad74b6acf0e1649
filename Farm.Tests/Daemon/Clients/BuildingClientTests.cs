using System.Text.RegularExpressions;
using Farm.Tests.Daemon.Support;

namespace Farm.Tests.Daemon.Clients;

/// <summary>Real programs of Nix build on this daemon as on the real one: the same exit codes, the same results.</summary>
public sealed partial class BuildingClientTests(BothDaemons both) : IClassFixture<BothDaemons>
{
    [BuildingDaemonFact]
    public async Task Builds_are_checked_and_what_failed_is_kept()
    {
        foreach (var side in (NixSide[])[both.Farm, both.Real])
        {
            Assert.Equal(0, (await side.RunAsync("nix-build F -A ok -A random --no-out-link")).ExitCode);
            var same = await side.RunAsync("nix-build F -A ok --no-out-link --check");
            Assert.Equal((0, "/S/ok\n"), (same.ExitCode, same.Output));
            Assert.Contains("checking outputs of '/S/ok.drv'...", same.Error);
            var other = await side.RunAsync("nix-build F -A random --no-out-link --check");
            Assert.Equal(1, other.ExitCode);
            Assert.Contains(
                "error: derivation '/S/random.drv' may not be deterministic: output '/S/random' differs",
                other.Error
            );
            var kept = await side.RunAsync("nix-build F -A fail --no-out-link -K");
            var note = KeptNote().Match(kept.Error);
            Assert.True(note.Success, kept.Error);
            Directory.Delete(note.Groups[1].Value, recursive: true);
        }
    }

    [BuildingDaemonFact]
    public async Task An_untrusted_user_builds_too()
    {
        var built = await both.Farm.RunAsync("nix-build F -A user --no-out-link", isUntrusted: true);
        Assert.Equal((0, "/S/user\n"), (built.ExitCode, built.Output));
        var failed = await both.Farm.RunAsync("nix-build F -A fail --no-out-link", isUntrusted: true);
        Assert.Equal(1, failed.ExitCode);
    }

    [BuildingDaemonFact]
    public async Task The_log_of_a_build_is_found_afterwards()
    {
        await both.Farm.RunAsync("nix-build F -A fail --no-out-link");
        var log = await both.Farm.RunAsync("nix log -f F fail");
        Assert.Equal((0, "one\ntwo\n"), (log.ExitCode, log.Output));
        var read = await both.Farm.RunAsync($"nix-store --read-log {await DrvAsync("fail")}");
        Assert.Equal((0, "one\ntwo\n"), (read.ExitCode, read.Output));
    }

    [BuildingDaemonFact]
    public async Task Derivations_are_realised_by_their_paths()
    {
        var built = await both.Farm.RunAsync($"nix-store -r {await DrvAsync("multi")}!dev");
        Assert.Equal((0, "/S/multi-dev\n"), (built.ExitCode, built.Output));
        var absent = await both.Farm.RunAsync(
            $"nix-store -r {both.Farm.StoreDir}/00000000000000000000000000000000-x.drv"
        );
        Assert.Equal(1, absent.ExitCode);
        Assert.Contains("error: cannot build missing derivation '/S/x.drv'", absent.Error);
    }

    [BuildingDaemonFact]
    public async Task Clients_in_parallel_all_get_what_they_want()
    {
        var runs = await Task.WhenAll(
            Enumerable
                .Range(0, 6)
                .Select(number =>
                    both.Farm.RunAsync("nix-build F -A many -A user --no-out-link -j 4", isUntrusted: number % 2 == 1)
                )
        );
        Assert.All(runs, run => Assert.Equal(0, run.ExitCode));
        Assert.Single(runs.Select(run => run.Output).Distinct());
    }

    [BuildingDaemonFact]
    public async Task An_interrupted_client_takes_its_build_with_it()
    {
        using var client = both.Farm.Start("nix-build F -A slow --no-out-link");
        while (await client.StandardError.ReadLineAsync() is { } line && line != "begun") { }
        Assert.NotEmpty(Directory.GetDirectories(both.Farm.StoreDir, "*-slow.drv.chroot"));
        using (var kill = System.Diagnostics.Process.Start("kill", ["-INT", $"{client.Id}"]))
            await kill.WaitForExitAsync();
        await client.WaitForExitAsync();
        Assert.NotEqual(0, client.ExitCode);
        while (Directory.GetDirectories(both.Farm.StoreDir, "*-slow.drv.chroot").Length > 0)
            await Task.Delay(10);
    }

    [BuildingDaemonFact]
    public async Task What_comes_to_the_same_ends_what_is_built_of_it()
    {
        foreach (var side in (NixSide[])[both.Farm, both.Real])
        {
            var first = await side.RunAsync("nix-build F -A chain --no-out-link");
            Assert.Equal((0, "/S/middle\n"), (first.ExitCode, first.Output));
            Assert.Contains("building '/S/middle.drv'...", first.Error);
            var changed = await side.RunAsync("nix-build F -A changed --no-out-link");
            Assert.Equal((0, "/S/middle\n"), (changed.ExitCode, changed.Output));
            Assert.Contains("building '/S/leaf.drv'...", changed.Error);
            Assert.DoesNotContain("building '/S/middle.drv'...", changed.Error);
            Assert.Equal("/S/middle\n", (await side.RunAsync("nix path-info -f F changed")).Output);
        }
    }

    [BuildingDaemonFact]
    public async Task Paths_are_fetched_from_where_the_client_says_if_it_may()
    {
        foreach (var side in (NixSide[])[both.Farm, both.Real])
        {
            var file = $"{side.Root}/home/fetched";
            await File.WriteAllTextAsync(file, "contents");
            using var add = side.Start($"nix store add-file {file}");
            var path = (await add.StandardOutput.ReadToEndAsync()).Trim();
            Assert.Equal(0, (await side.RunAsync($"nix copy --to file://{side.Root}/cache {path}")).ExitCode);
            Assert.Equal(0, (await side.RunAsync($"nix-store --delete {path}")).ExitCode);
            var fetch = $"nix-store -r {path} --option substituters file://{side.Root}/cache";
            var refused = await side.RunAsync(fetch, isUntrusted: true);
            Assert.NotEqual(0, refused.ExitCode);
            Assert.Contains("ignoring untrusted substituter", refused.Error);
            var fetched = await side.RunAsync(fetch);
            Assert.Equal((0, "/S/fetched\n"), (fetched.ExitCode, fetched.Output));
            Assert.Contains($"copying path '/S/fetched' from 'file://{side.Root}/cache'", fetched.Error);
        }
    }

    [GeneratedRegex("note: keeping build directory '([^']+)'")]
    private static partial Regex KeptNote();

    private async Task<string> DrvAsync(string attribute)
    {
        using var process = both.Farm.Start($"nix-instantiate F -A {attribute}");
        return (await process.StandardOutput.ReadToEndAsync()).Trim();
    }
}
