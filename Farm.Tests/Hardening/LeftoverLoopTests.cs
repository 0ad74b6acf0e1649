using Farm.Crash.Sandboxes;
using Farm.Tests.Support;
using Farm.Worker.Running;

namespace Farm.Tests.Hardening;

/// <summary>No process, mount, control group, namespace, directory or build user is left behind. The full counts are
/// those of the benchmark group <c>sandbox-leftovers</c>.</summary>
[Collection(Alone.Name)]
public sealed class LeftoverLoopTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [SandboxFact]
    public Task Builds_in_a_row_leave_nothing() =>
        LeavesNothingAsync(loop => loop.RunInARowAsync(20, CancellationToken.None));

    [SandboxFact]
    public Task Builds_in_parallel_leave_nothing() =>
        LeavesNothingAsync(loop => loop.RunInParallelAsync(8, 3, CancellationToken.None));

    [SandboxFact]
    public Task Builds_killed_at_random_moments_leave_nothing() =>
        LeavesNothingAsync(loop => loop.RunKilledAsync(21, CancellationToken.None));

    [SandboxFact]
    public async Task What_a_running_build_has_of_the_host_is_found()
    {
        using var loop = Loop();
        using var cancel = new CancellationTokenSource();
        var store = _directory.File("store");
        var build = loop.RunKilledAsync(1000, cancel.Token);
        while (HostTraces.FirstProcess(store) is null)
            await Task.Delay(1);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => build);
        Assert.True((await loop.LeftoversAsync(CancellationToken.None)).AreNone);
    }

    private async Task LeavesNothingAsync(Func<LeftoverLoop, Task> run)
    {
        using var loop = Loop();
        await run(loop);
        var left = await loop.LeftoversAsync(CancellationToken.None);
        Assert.True(left.AreNone, left.ToString());
        Assert.True(loop.AreAllUsersFree());
    }

    private LeftoverLoop Loop() => new(_directory.Path, SandboxProgram.Find(null), new Random());
}
