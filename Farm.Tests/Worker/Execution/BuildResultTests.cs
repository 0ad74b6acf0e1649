using Farm.Protocol;
using Farm.Store.Derivations;
using Farm.Tests.Support;
using Farm.Worker.Running;
using Farm.Worker.Sandboxes;

namespace Farm.Tests.Worker.Execution;

/// <summary>What becomes of what a builder leaves, and what is known of what it used.</summary>
public sealed class BuildResultTests
{
    private const string Different = "cat /proc/sys/kernel/random/uuid > $out";
    private static readonly BuildOptions s_check = BuildOptions.None with { Mode = BuildMode.Check };
    private static readonly BuildOptions s_repair = BuildOptions.None with { Mode = BuildMode.Repair };
    private static readonly BuildOptions s_keep = BuildOptions.None with { KeepsFailed = true };

    [SandboxFact]
    public async Task A_check_of_what_comes_out_the_same_answers_what_is_recorded()
    {
        await using var bench = await LocalBuildBench.OpenAsync();
        var built = Assert.IsType<BuildOutcome.Built>(await bench.BuildAsync("echo same > $out"));
        var again = Assert.IsType<BuildOutcome.Built>(
            await bench.BuildAsync("echo ran >&2; echo same > $out", s_check)
        );
        var (first, second) = (Assert.Single(built.Outputs), Assert.Single(again.Outputs));
        Assert.Equal(
            (first.Path, first.NarHash, first.RegistrationTime),
            (second.Path, second.NarHash, second.RegistrationTime)
        );
        Assert.Contains("ran", bench.Log, StringComparison.Ordinal);
    }

    [SandboxFact]
    public async Task A_check_of_what_comes_out_otherwise_names_the_output_and_leaves_it()
    {
        await using var bench = await LocalBuildBench.OpenAsync();
        await bench.BuildAsync(Different);
        var before = await File.ReadAllTextAsync(bench.Physical);
        var different = Assert.IsType<BuildOutcome.NotDeterministic>(await bench.BuildAsync(Different, s_check));
        Assert.Equal((LocalBuildBench.Output, null), (different.Output, different.KeptOutput));
        Assert.NotEqual(different.RecordedHash, Assert.NotNull(different.BuiltHash));
        Assert.Equal(before, await File.ReadAllTextAsync(bench.Physical));
        Assert.False(File.Exists($"{bench.Physical}.check"));
    }

    [SandboxFact]
    public async Task What_came_out_otherwise_is_kept_when_asked_and_a_later_check_replaces_it()
    {
        await using var bench = await LocalBuildBench.OpenAsync();
        await bench.BuildAsync(Different);
        HashSet<string> seen = [await File.ReadAllTextAsync(bench.Physical)];
        for (var check = 0; check < 2; check++)
        {
            var outcome = await bench.BuildAsync(Different, s_check with { KeepsFailed = true });
            Assert.Equal($"{bench.Physical}.check", Assert.IsType<BuildOutcome.NotDeterministic>(outcome).KeptOutput);
            Assert.True(seen.Add(await File.ReadAllTextAsync($"{bench.Physical}.check")));
        }
    }

    [SandboxFact]
    public async Task The_diff_hook_gets_old_and_new_and_its_output_is_in_the_log()
    {
        await using var bench = await LocalBuildBench.OpenAsync();
        var hook = Script(bench, "diff", "echo \"hook $(cat $1) against $(cat $2) of $3\"; exit 1");
        await bench.BuildAsync(Different);
        await bench.BuildAsync(Different, s_check, parts => parts with { Results = new(DiffHook: hook) });
        var (old, other) = (
            await File.ReadAllTextAsync(bench.Physical),
            await File.ReadAllTextAsync($"{bench.Physical}.check")
        );
        Assert.Contains(
            $"hook {old.Trim()} against {other.Trim()} of /nix/store/",
            bench.Log,
            StringComparison.Ordinal
        );
        Assert.Contains("failed with exit code 1", bench.Log, StringComparison.Ordinal);
    }

    [RootFact]
    public async Task The_diff_hook_is_run_as_the_build_user_without_further_groups()
    {
        await using var bench = await LocalBuildBench.OpenAsync();
        var hook = Script(
            bench,
            "diff",
            "echo \"hook of $(id -u) in $(id -G)\"; cat \"$2\" > /dev/null || echo unreadable"
        );
        await bench.BuildAsync("mkdir $out; cat /proc/sys/kernel/random/uuid > $out/f");
        await bench.BuildAsync(
            "mkdir $out; cat /proc/sys/kernel/random/uuid > $out/f",
            s_check,
            parts => parts with { Results = new(DiffHook: hook) }
        );
        using var user = new BuildUsers(bench.Work("users")).TryTake();
        var ids = user!.Ids; // The build has given it back.
        Assert.Contains($"hook of {ids.HostUid} in {ids.HostGid}\n", bench.Log, StringComparison.Ordinal);
    }

    [SandboxFact]
    public async Task A_check_of_what_is_not_valid_is_refused()
    {
        await using var bench = await LocalBuildBench.OpenAsync();
        var refused = Assert.IsType<BuildOutcome.InputRejected>(await bench.BuildAsync("echo x > $out", s_check));
        Assert.Contains("checking is not possible", refused.Reason, StringComparison.Ordinal);
    }

    [SandboxFact]
    public async Task A_repair_puts_a_damaged_output_in_place_again_and_leaves_one_that_is_well()
    {
        await using var bench = await LocalBuildBench.OpenAsync();
        await bench.BuildAsync("mkdir $out; echo same > $out/f");
        var file = Path.Combine(bench.Physical, "f");
        await bench.Store.CloseAsync();
        await System
            .Diagnostics.Process.Start("sh", ["-c", $"chattr -i '{file}'; echo worse > '{file}'"])
            .WaitForExitAsync();
        await bench.Store.ReopenAsync();
        Assert.IsType<BuildOutcome.Built>(await bench.BuildAsync("mkdir $out; echo same > $out/f", s_repair));
        Assert.Equal("same\n", await File.ReadAllTextAsync(file));
        Assert.IsType<BuildOutcome.Built>(await bench.BuildAsync("echo another > $out", s_repair));
        Assert.Equal("same\n", await File.ReadAllTextAsync(file));
    }

    [SandboxFact]
    public async Task The_build_directory_of_a_builder_that_fails_is_kept_when_asked_and_named()
    {
        await using var bench = await LocalBuildBench.OpenAsync();
        var failed = await bench.BuildAsync("echo clue > f; exit 3", s_keep);
        var kept = Assert.IsType<string>(failed.KeptDirectory);
        Assert.Equal("nix-build-probe.drv-0", Path.GetFileName(kept));
        Assert.Equal("clue\n", await File.ReadAllTextAsync(Path.Combine(kept, "f")));
        Assert.NotEqual(kept, (await bench.BuildAsync("exit 3", s_keep)).KeptDirectory);
        Assert.Null((await bench.BuildAsync("exit 3")).KeptDirectory);
    }

    [SandboxFact]
    public async Task The_post_build_hook_hears_of_a_build_and_fails_it_when_it_fails()
    {
        await using var bench = await LocalBuildBench.OpenAsync();
        var hook = Script(bench, "hook", "echo \"made $OUT_PATHS of $DRV_PATH\"; test ! -e \"$0.fails\"");
        Assert.IsType<BuildOutcome.Built>(await BuildAsync());
        Assert.Contains(
            $"made /nix/store/{LocalBuildBench.Output} of /nix/store/3ghsl9sd83mc26i81adpa2fzf3yw4f68-probe.drv",
            bench.Log,
            StringComparison.Ordinal
        );
        await File.WriteAllTextAsync($"{hook}.fails", "");
        var failed = Assert.IsType<BuildOutcome.InfrastructureFailed>(await BuildAsync());
        Assert.Contains($"'{hook}' failed with exit code 1", failed.Reason, StringComparison.Ordinal);

        Task<BuildOutcome> BuildAsync() =>
            bench.BuildAsync("echo x > $out", change: parts => parts with { Results = new(PostBuildHook: hook) });
    }

    [SandboxFact]
    public async Task An_output_above_the_limit_is_refused()
    {
        await using var bench = await LocalBuildBench.OpenAsync();
        var outcome = await bench.BuildAsync(
            "dd if=/dev/zero of=$out bs=100000 count=1",
            change: parts => parts with { Sandbox = parts.Sandbox with { MaxOutputBytes = 50_000 } }
        );
        var refused = Assert.IsType<BuildOutcome.OutputRejected>(outcome);
        Assert.Contains("max-output-size is 50000", refused.Reason, StringComparison.Ordinal);
    }

    [SandboxFact]
    public async Task What_a_builder_used_is_told_also_when_it_fails()
    {
        await using var bench = await LocalBuildBench.OpenAsync();
        var outcome = await bench.BuildAsync(
            "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; dd if=/dev/zero of=f bs=1000000 count=3 2>/dev/null; exit 1"
        );
        var usage = Assert.IsType<BuildUsage>(outcome.Usage);
        Assert.True(usage.CpuTime() > TimeSpan.Zero, usage.ToString());
        Assert.True(usage.WrittenBytes >= 3_000_000, usage.ToString());
        Assert.True(usage.PeakMemoryBytes > 0, usage.ToString());
        Assert.True(usage.WallTime > TimeSpan.Zero, usage.ToString());
    }

    [ControlGroupFact]
    public async Task A_builder_that_uses_more_memory_than_it_may_is_told_apart_from_one_that_fails()
    {
        const long most = 32 << 20;
        await using var bench = await LocalBuildBench.OpenAsync();
        var groups = ControlGroupFactAttribute.Find(new ControlGroupLimits(MemoryMaxBytes: most));
        // tail keeps its last line in memory, and zeros have no end of one.
        var outcome = await bench.BuildAsync(
            "dd if=/dev/zero bs=1000000 count=200 2>/dev/null | tail -n 1 > /dev/null; exit 1",
            change: parts => parts with { Groups = groups }
        );
        Assert.Equal(most, Assert.IsType<BuildOutcome.MemoryExceeded>(outcome).LimitBytes);
        var peak = outcome.Usage!.PeakMemoryBytes; // A builder ran.
        Assert.InRange(peak, most / 2, most);
        var failed = await bench.BuildAsync("exit 1", change: parts => parts with { Groups = groups });
        Assert.IsType<BuildOutcome.BuilderFailed>(failed);
    }

    private static string Script(LocalBuildBench bench, string name, string text)
    {
        var path = bench.Work(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, $"#!/bin/sh\n{text}\n");
        File.SetUnixFileMode(path, (UnixFileMode)0x1ED);
        // A hook may be run as another user, who comes to it and to the store only where that may be.
        for (
            var above = bench.Work(".");
            above.Length > Path.GetTempPath().Length;
            above = Path.GetDirectoryName(above)!
        )
            File.SetUnixFileMode(above, File.GetUnixFileMode(above) | UnixFileMode.OtherExecute);
        return path;
    }
}
