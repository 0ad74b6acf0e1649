using Farm.Daemon.Building;
using Farm.Store.Derivations;
using Farm.Store.Wire;
using Farm.Tests.Support;

namespace Farm.Tests.Daemon.Building;

public sealed class DaemonBuilderTests
{
    [FarmProcessFact]
    public async Task A_derivation_is_built_after_what_it_needs_and_its_log_is_shown_and_kept()
    {
        await using var bench = await BuilderBench.OpenAsync("user", "ok");
        var log = new RecordingLog();
        var result = await bench.BuildAsync("user", log);
        Assert.Equal((BuildStatus.Built, ""), (result.Status, result.ErrorMessage));
        var output = result.BuiltOutputs["out"].OutPath;
        Assert.Equal("ok\n", await File.ReadAllTextAsync(bench.Store.Layout.ToPhysical(output)));
        Assert.Equal(["hi"], log.Output);
        Assert.Equal(
            [$"building '/nix/store/{bench.Drv["ok"]}'", $"building '/nix/store/{bench.Drv["user"]}'"],
            log.Activities
        );
        Assert.Equal("hi\n", await bench.LogOfAsync("ok"));
        Assert.Equal("", await bench.LogOfAsync("user"));
        var again = await bench.BuildAsync("user");
        Assert.Equal((BuildStatus.AlreadyValid, output), (again.Status, again.BuiltOutputs["out"].OutPath));
    }

    [FarmProcessFact]
    public async Task Only_the_outputs_that_are_wanted_are_reported()
    {
        await using var bench = await BuilderBench.OpenAsync("multi");
        var results = await bench.Builder.BuildAsync(
            [bench.Wanted("multi", "dev")],
            BuildMode.Normal,
            BuilderBench.Client,
            new RecordingLog(),
            CancellationToken.None
        );
        Assert.Equal(["dev"], results[0].Result.BuiltOutputs.Keys);
    }

    [FarmProcessFact]
    public async Task A_failed_builder_is_reported_in_the_words_of_nix_with_the_end_of_its_log()
    {
        await using var bench = await BuilderBench.OpenAsync("fail");
        var result = await bench.BuildAsync("fail");
        Assert.Equal(BuildStatus.PermanentFailure, result.Status);
        var drv = $"/nix/store/{bench.Drv["fail"]}";
        var lines = string.Concat(Enumerable.Range(3, 10).Select(number => $"> line {number}\n"));
        Assert.Equal(
            $"builder for '{drv}' failed with exit code 3;\nlast 10 log lines:\n{lines}For full logs, run 'nix log {drv}'.",
            Colours.Strip(result.ErrorMessage)
        );
        Assert.Empty(result.BuiltOutputs);
    }

    [FarmProcessFact]
    public async Task What_waits_for_a_failed_build_fails_with_it_and_the_rest_is_not_begun()
    {
        await using var bench = await BuilderBench.OpenAsync("fail", "dep", "other");
        var log = new RecordingLog();
        var dependent = await bench.BuildAsync("dep", log);
        Assert.Equal(
            (
                BuildStatus.DependencyFailed,
                $"1 dependencies of derivation '/nix/store/{bench.Drv["dep"]}' failed to build"
            ),
            (dependent.Status, Colours.Strip(dependent.ErrorMessage))
        );
        Assert.StartsWith("error: builder for", Assert.Single(log.Lines));
        var results = await bench.BuildAllAsync(["fail", "other"], client: BuilderBench.Client with { MaxJobs = 1 });
        Assert.Equal([BuildStatus.PermanentFailure, BuildStatus.MiscFailure], results.Select(result => result.Status));
    }

    [FarmProcessFact]
    public async Task With_keep_going_the_rest_is_built()
    {
        await using var bench = await BuilderBench.OpenAsync("two", "other");
        var log = new RecordingLog();
        var client = BuilderBench.Client with { KeepGoing = true };
        var results = await bench.BuildAllAsync(["two", "other"], log, client);
        Assert.Equal([BuildStatus.DependencyFailed, BuildStatus.Built], results.Select(result => result.Status));
        Assert.StartsWith("2 dependencies", results[0].ErrorMessage);
        Assert.Equal(2, log.Lines.Count(line => line.StartsWith("error: builder for", StringComparison.Ordinal)));
    }

    [FarmProcessFact]
    public async Task Other_ends_have_the_statuses_and_words_of_nix()
    {
        await using var bench = await BuilderBench.OpenAsync("hash", "noout", "sys", "feat", "free", "slow");
        var hash = await bench.BuildAsync("hash");
        Assert.Equal(BuildStatus.OutputRejected, hash.Status);
        Assert.Equal(
            $"hash mismatch in fixed-output derivation '/nix/store/{bench.Drv["hash"]}':\n"
                + "  specified: sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
                + "     got:    sha256-mOpuTyFvL7S2n/+bOkSELDhobKaF8/VdxIxdP7EQe+Q=",
            Colours.Strip(hash.ErrorMessage)
        );
        var noOutput = await bench.BuildAsync("noout");
        Assert.Equal(BuildStatus.OutputRejected, noOutput.Status);
        Assert.Contains("failed to produce", noOutput.ErrorMessage);
        var system = await bench.BuildAsync("sys");
        Assert.Equal(BuildStatus.InputRejected, system.Status);
        Assert.Equal(
            $"a 'm68k-linux' with features {{}} is required to build '/nix/store/{bench.Drv["sys"]}', but I am a 'x86_64-linux' with features {{benchmark, big-parallel, nixos-test}}",
            Colours.Strip(system.ErrorMessage)
        );
        Assert.Contains("with features {foo}", Colours.Strip((await bench.BuildAsync("feat")).ErrorMessage));
        Assert.Contains("that's not allowed when 'sandbox' is 'true'", (await bench.BuildAsync("free")).ErrorMessage);
        var overrides = BuilderBench.Client.Overrides.Add("timeout", "1");
        var slow = await bench.BuildAsync("slow", client: BuilderBench.Client with { Overrides = overrides });
        Assert.Equal(
            (
                BuildStatus.TimedOut,
                $"building of '/nix/store/{bench.Drv["slow"]}!*' from .drv file timed out after 1 seconds"
            ),
            (slow.Status, slow.ErrorMessage)
        );
    }

    [FarmProcessFact]
    public async Task Phases_are_told_and_lines_are_cut_as_nix_cuts_them()
    {
        await using var bench = await BuilderBench.OpenAsync("talk");
        var log = new RecordingLog();
        await bench.BuildAsync("talk", log);
        Assert.Equal(["xbc", "last"], log.Output);
        var phase = log.Frames.OfType<LogFrame.Result>().Single(one => one.Type == ActivityResultType.SetPhase);
        Assert.Equal(LogField.Of("buildPhase"), phase.Fields[0]);
    }

    [FarmProcessFact]
    public async Task Without_jobs_nothing_is_built_and_what_is_missing_cannot_be_had()
    {
        await using var bench = await BuilderBench.OpenAsync("ok");
        var refused = await Assert.ThrowsAsync<DaemonBuildException>(() =>
            bench.BuildAsync("ok", client: BuilderBench.Client with { MaxJobs = 0 })
        );
        Assert.StartsWith("unable to start any build", refused.Message);
        var absent = bench.Store.StoreDir.ParsePath("/nix/store/00000000000000000000000000000000-x.drv");
        var results = await bench.Builder.BuildAsync(
            [DerivedPath.Of(absent, new OutputsSpec.All()), new DerivedPath.Opaque(absent)],
            BuildMode.Normal,
            BuilderBench.Client,
            new RecordingLog(),
            CancellationToken.None
        );
        Assert.Equal(
            [BuildStatus.MiscFailure, BuildStatus.NoSubstituters],
            results.Select(result => result.Result.Status)
        );
        Assert.StartsWith("cannot build missing derivation", results[0].Result.ErrorMessage);
    }

    [FarmProcessFact]
    public async Task Two_clients_share_a_build_which_ends_when_the_last_is_gone()
    {
        await using var bench = await BuilderBench.OpenAsync("slow");
        using var first = new CancellationTokenSource();
        using var second = new CancellationTokenSource();
        var (log, other) = (new RecordingLog(), new RecordingLog());
        var one = bench.BuildAllAsync(["slow"], log, ct: first.Token);
        await log.FirstLine;
        var two = bench.BuildAllAsync(["slow"], other, BuilderBench.Client with { MaxJobs = 1 }, second.Token);
        while (other.Activities.Count == 0)
            await Task.Yield();
        await first.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        Assert.False(two.IsCompleted);
        Assert.NotEmpty(Directory.GetDirectories(bench.Store.Layout.PhysicalStoreDir, "*.chroot"));
        await second.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => two);
        Assert.Empty(Directory.GetDirectories(bench.Store.Layout.PhysicalStoreDir, "*.chroot"));
    }
}
