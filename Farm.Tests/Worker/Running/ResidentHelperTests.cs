using System.Diagnostics;
using Farm.Store.Paths;
using Farm.Tests.Support;
using Farm.Worker.Running;
using Farm.Worker.Sandboxes;

namespace Farm.Tests.Worker.Running;

/// <summary>One helper serves many builds, and nothing of one build is in the next.</summary>
public sealed class ResidentHelperTests : IDisposable
{
    private readonly SandboxBench _bench = new();
    private readonly SandboxLauncher _launcher = new(SandboxProgram.Find(null));

    public void Dispose()
    {
        _launcher.Dispose();
        _bench.Dispose();
    }

    [SandboxFact]
    public async Task Builds_of_one_launcher_share_the_helper()
    {
        var first = await _bench.HelperOfABuildAsync(_launcher);
        Assert.Equal(first, await _bench.HelperOfABuildAsync(_launcher));
    }

    [SandboxFact]
    public async Task A_helper_that_was_killed_takes_its_builds_with_it_and_is_started_again()
    {
        var helper = 0;
        var run = RunAsync(
            "trap '' TERM HUP; (sleep 1000 &); echo started; sleep 1000",
            () => Kill(helper = _bench.Helper)
        );
        await Assert.ThrowsAsync<SandboxException>(() => run);
        await GoneAsync();
        Assert.NotEqual(helper, await _bench.HelperOfABuildAsync(_launcher));
    }

    [SandboxFact]
    public async Task A_helper_that_died_between_two_builds_is_started_again()
    {
        var helper = await _bench.HelperOfABuildAsync(_launcher);
        Kill(helper);
        Assert.NotEqual(helper, await _bench.HelperOfABuildAsync(_launcher));
    }

    [SandboxFact]
    public async Task Disposing_the_launcher_ends_its_builds()
    {
        var run = RunAsync("trap '' TERM HUP; (sleep 1000 &); echo started; sleep 1000", _launcher.Dispose);
        await Assert.ThrowsAsync<SandboxException>(() => run);
        await GoneAsync();
    }

    [SandboxFact]
    public async Task A_build_has_no_descriptor_of_the_helper_or_of_another_build()
    {
        using var stop = new CancellationTokenSource();
        var started = new TaskCompletionSource();
        var other = _launcher.RunAsync(
            _bench.Shell("echo started; sleep 1000"),
            _ =>
            {
                started.TrySetResult();
                return ValueTask.CompletedTask;
            },
            stop.Token
        );
        await started.Task;
        var log = "";
        await RunAsync("cd /proc/self/fd; echo *", text => log += text);
        Assert.Equal("0 1 2 3\n", log); // 3 is the directory that the shell reads.
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => other);
    }

    [SandboxFact]
    public async Task What_inputs_are_mounted_on_is_used_again_and_stays_empty()
    {
        var pool = Directory.CreateDirectory(Path.Combine(_bench.Directory, "pool")).FullName;
        var tree = Directory.CreateDirectory(Path.Combine(_bench.Directory, "tree")).FullName;
        var file = Path.Combine(_bench.Directory, "file");
        await File.WriteAllTextAsync(file, "");
        HashSet<string> seen = [];
        for (var build = 0; build < 3; build++)
        {
            var spec = _bench.Shell("echo x > /nix/store/*-tree/f; echo x > $out; true") with
            {
                MountPoints = pool,
                Inputs =
                [
                    new SandboxInput(StorePath.Parse("3ghsl9sd83mc26i81adpa2fzf3yw4f68-tree"), tree),
                    new SandboxInput(StorePath.Parse("4ghsl9sd83mc26i81adpa2fzf3yw4f68-file"), file),
                ],
            };
            var result = await _launcher.RunAsync(spec, _ => ValueTask.CompletedTask, CancellationToken.None);
            Assert.IsType<SandboxResult.Exited>(result);
            string[] left = [.. Directory.EnumerateFileSystemEntries(Path.Combine(spec.ScratchDirectory, "store"))];
            Assert.Equal([spec.OutputPath(SandboxBench.Output)], left);
            var kept = Assert.Single(Directory.GetDirectories(Path.Combine(pool, "directories")));
            Assert.Empty(Directory.EnumerateFileSystemEntries(kept));
            seen.Add(await InodeAsync(kept));
            Assert.Equal(0, new FileInfo(Assert.Single(Directory.GetFiles(Path.Combine(pool, "files")))).Length);
        }
        Assert.Single(seen);
    }

    private Task<SandboxResult> RunAsync(string script, Action onOutput) => RunAsync(script, _ => onOutput());

    private Task<SandboxResult> RunAsync(string script, Action<string> onOutput) =>
        _launcher.RunAsync(
            _bench.Shell(script),
            bytes =>
            {
                onOutput(System.Text.Encoding.UTF8.GetString(bytes.Span));
                return ValueTask.CompletedTask;
            },
            CancellationToken.None
        );

    private async Task GoneAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (_bench.Processes.Length > 0)
            await Task.Delay(5, limit.Token);
    }

    private static async Task<string> InodeAsync(string path)
    {
        using var stat = Process.Start(
            new ProcessStartInfo("stat", ["-c", "%i", path]) { RedirectStandardOutput = true }
        )!;
        return await stat.StandardOutput.ReadToEndAsync();
    }

    private static void Kill(int process)
    {
        using var victim = Process.GetProcessById(process);
        victim.Kill();
    }
}
