using System.Diagnostics;
using Farm.Tests.Support;
using Farm.Worker.Running;
using Farm.Worker.Sandboxes;

namespace Farm.Tests.Worker.Running;

/// <summary>How builds end, and that nothing of them is left.</summary>
public sealed class SandboxLauncherTests : IDisposable
{
    private readonly SandboxBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [SandboxFact]
    public async Task RunAsync_tells_the_exit_code_and_what_was_printed()
    {
        var (result, log) = await _bench.RunAsync(_bench.Shell("echo one; echo two >&2; exit 42"));
        Assert.Equal(42, Assert.IsType<SandboxResult.Exited>(result).Code);
        Assert.Equal("one\ntwo\n", log);
        Assert.Equal(8, result.Usage.LogBytes);
    }

    [SandboxFact]
    public async Task RunAsync_tells_the_signal_that_killed_the_builder()
    {
        var (result, _) = await _bench.RunAsync(_bench.Shell("kill -9 $$"));
        Assert.Equal(9, Assert.IsType<SandboxResult.Signalled>(result).Signal);
    }

    [SandboxFact]
    public async Task RunAsync_finds_the_output_where_the_specification_says()
    {
        var spec = _bench.Shell("echo made > $out");
        await _bench.RunAsync(spec);
        Assert.Equal("made\n", await File.ReadAllTextAsync(spec.OutputPath(SandboxBench.Output)));
    }

    [SandboxFact]
    public async Task RunAsync_passes_bytes_unchanged()
    {
        var log = await _bench.LogAsync(@"printf 'a\r\nb\tc\000d\033[31m\n'");
        Assert.Equal("a\r\nb\tc\0d\u001b[31m\n", log);
    }

    [SandboxFact]
    public async Task RunAsync_says_why_a_builder_cannot_be_executed()
    {
        var spec = _bench.Shell("") with { Builder = SandboxBench.Text("/bin/none") };
        var (result, _) = await _bench.RunAsync(spec);
        var reason = Assert.IsType<SandboxResult.NotExecutable>(result).Reason;
        Assert.Equal("executing '/bin/none': no such file or directory (ENOENT)", reason);
    }

    [SandboxFact]
    public async Task RunAsync_names_the_path_that_cannot_be_shown()
    {
        var spec = _bench.Shell("true");
        spec = spec with { Binds = [.. spec.Binds, new SandboxBind("/x", "/nowhere/x")] };
        var (result, _) = await _bench.RunAsync(spec);
        Assert.Contains(
            "'/nowhere/x'",
            Assert.IsType<SandboxResult.SetupFailed>(result).Reason,
            StringComparison.Ordinal
        );
    }

    [SandboxFact]
    public async Task RunAsync_stops_a_builder_that_ignores_signals_when_its_time_is_up()
    {
        var spec = _bench.Shell("trap '' TERM INT HUP; while true; do sleep 1; done") with
        {
            Timeout = TimeSpan.FromMilliseconds(300),
        };
        var (result, _) = await _bench.RunAsync(spec);
        Assert.IsType<SandboxResult.TimedOut>(result);
        Assert.Empty(_bench.Processes);
    }

    [SandboxFact]
    public async Task RunAsync_stops_a_builder_that_falls_silent()
    {
        var spec = _bench.Shell("echo begin; sleep 100") with { MaxSilent = TimeSpan.FromSeconds(2) };
        var (result, log) = await _bench.RunAsync(spec);
        Assert.IsType<SandboxResult.FellSilent>(result);
        Assert.Equal("begin\n", log);
    }

    [SandboxFact]
    public async Task RunAsync_stops_a_builder_that_prints_too_much_and_passes_no_byte_over_the_limit()
    {
        var spec = _bench.Shell("dd if=/dev/zero bs=1000000 count=100 2>/dev/null") with { MaxLogBytes = 1_000_000 };
        var (result, log) = await _bench.RunAsync(spec);
        Assert.IsType<SandboxResult.LogLimitExceeded>(result);
        Assert.Equal(1_000_000, log.Length);
    }

    [SandboxFact]
    public async Task RunAsync_passes_a_hundred_megabytes_on_when_there_is_no_limit()
    {
        var passed = 0L;
        using var launcher = new SandboxLauncher(SandboxProgram.Find(null));
        var result = await launcher.RunAsync(
            _bench.Shell("dd if=/dev/zero bs=1000000 count=100 2>/dev/null"),
            bytes =>
            {
                passed += bytes.Length;
                return ValueTask.CompletedTask;
            },
            CancellationToken.None
        );
        Assert.IsType<SandboxResult.Exited>(result);
        Assert.Equal(100_000_000, passed);
    }

    [SandboxFact]
    public async Task RunAsync_ends_a_build_whose_output_nobody_holds_any_more()
    {
        var (result, _) = await _bench.RunAsync(_bench.Shell("exec >/dev/null 2>&1; sleep 100"));
        Assert.Equal(9, Assert.IsType<SandboxResult.Signalled>(result).Signal);
    }

    [SandboxFact]
    public async Task RunAsync_kills_what_a_builder_left_in_the_background()
    {
        var (result, _) = await _bench.RunAsync(_bench.Shell("(sleep 1000 &) ; (setsid sleep 1000 &); exit 0"));
        Assert.Equal(0, Assert.IsType<SandboxResult.Exited>(result).Code);
        Assert.Empty(_bench.Processes);
    }

    [SandboxFact]
    public async Task RunAsync_kills_everything_when_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        using var launcher = new SandboxLauncher(SandboxProgram.Find(null));
        var run = launcher.RunAsync(
            _bench.Shell("trap '' TERM; (sleep 1000 &); echo started; while true; do sleep 1; done"),
            async _ => await cancel.CancelAsync(),
            cancel.Token
        );
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Empty(_bench.Processes);
    }

    [SandboxFact]
    public async Task RunAsync_hands_on_what_the_log_throws_and_kills_the_build()
    {
        using var launcher = new SandboxLauncher(SandboxProgram.Find(null));
        await Assert.ThrowsAsync<IOException>(() =>
            launcher.RunAsync(
                _bench.Shell("echo x; sleep 1000"),
                _ => throw new IOException("disk full"),
                CancellationToken.None
            )
        );
        Assert.Empty(_bench.Processes);
    }

    [SandboxFact]
    public async Task RunAsync_bounds_a_fork_bomb()
    {
        var spec = _bench.Shell("bomb() { bomb | bomb & }; bomb; sleep 1; exit 3") with
        {
            Limits = [SandboxLimit.Processes(50)],
            Timeout = TimeSpan.FromSeconds(20),
        };
        var (result, log) = await _bench.RunAsync(spec);
        Assert.True(result is SandboxResult.Exited or SandboxResult.TimedOut, result.ToString());
        Assert.Contains("can't fork", log, StringComparison.Ordinal);
        Assert.Empty(_bench.Processes);
    }

    [SandboxFact]
    public async Task RunAsync_reports_a_helper_that_was_killed_and_the_build_dies_with_it()
    {
        using var launcher = new SandboxLauncher(SandboxProgram.Find(null));
        Process? first = null;
        var run = launcher.RunAsync(
            _bench.Shell("trap '' TERM HUP; (sleep 1000 &); echo started; sleep 1000"),
            _ =>
            {
                first = Process.GetProcessById(BuildProcesses.ParentOf(_bench.Processes[0], _bench.BuildId));
                Process.GetProcessById(BuildProcesses.ParentOf(first.Id)).Kill();
                return ValueTask.CompletedTask;
            },
            CancellationToken.None
        );
        await Assert.ThrowsAsync<SandboxException>(() => run);
        // The kernel ends the first process only after all others, and both after the helper is gone.
        await first!.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Empty(_bench.Processes);
    }

    [Fact]
    public async Task RunAsync_names_a_helper_that_is_missing()
    {
        using var launcher = new SandboxLauncher("/nowhere/farm-sandbox");
        var failure = await Assert.ThrowsAsync<SandboxException>(() =>
            launcher.RunAsync(_bench.Shell(""), _ => ValueTask.CompletedTask, CancellationToken.None)
        );
        Assert.Contains("/nowhere/farm-sandbox", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_says_what_a_program_that_is_no_helper_has_said()
    {
        using var launcher = new SandboxLauncher("/bin/false");
        await Assert.ThrowsAsync<SandboxException>(() =>
            launcher.RunAsync(_bench.Shell(""), _ => ValueTask.CompletedTask, CancellationToken.None)
        );
    }
}
