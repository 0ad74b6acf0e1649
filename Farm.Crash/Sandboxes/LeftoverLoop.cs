using System.Collections.Immutable;
using System.Diagnostics;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Worker.Running;
using Farm.Worker.Sandboxes;

namespace Farm.Crash.Sandboxes;

/// <summary>Runs builds that leave behind all they can, to their end or killed at random moments, and looks for what is
/// left of them.</summary>
/// <param name="directory">An empty directory of this loop alone.</param>
/// <param name="program">The sandbox helper.</param>
/// <param name="random">Chooses the moments.</param>
public sealed class LeftoverLoop(string directory, string program, Random random) : IDisposable
{
    private const string Busybox = "/bin/busybox";

    private const string Messy =
        "(setsid sleep 1000 >/dev/null 2>&1 </dev/null &); (sleep 1000 &); mkdir -p d/e; echo x > d/e/f; chmod 0 d; "
        + "echo x > $out; echo x > /dev/shm/s; ";

    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_latestKill = TimeSpan.FromMilliseconds(80);

    private readonly SandboxLauncher _launcher = new(program);
    private readonly string _store = Directory.CreateDirectory(Path.Combine(directory, "store")).FullName;
    private readonly string _idle = Path.Combine(directory, "idle");
    private readonly BuildUsers _users = new(Path.Combine(directory, "state"));
    private readonly ControlGroups _groups = ControlGroups.Find(
        new ControlGroupSettings(ControlGroupMode.Auto, new ControlGroupLimits(MaxProcesses: 10_000))
    );
    private readonly HashSet<uint> _seen = [];
    private int _count;

    /// <summary>Builds that were killed before they ended.</summary>
    public int Killed { get; private set; }

    /// <summary>Builds one after the other.</summary>
    public async Task RunInARowAsync(int builds, CancellationToken ct)
    {
        for (var i = 0; i < builds; i++)
            await BuildAsync(Messy + "exit 7", ct).ConfigureAwait(false);
    }

    /// <summary>Builds in some streams at a time.</summary>
    public Task RunInParallelAsync(int streams, int buildsOfEach, CancellationToken ct) =>
        Task.WhenAll(Enumerable.Range(0, streams).Select(_ => RunInARowAsync(buildsOfEach, ct)));

    /// <summary>Builds that never end, each killed at a random moment: by cancelling it, or by killing the sandbox's
    /// first process, the build's process outside, or the helper that all builds come from.</summary>
    public async Task RunKilledAsync(int builds, CancellationToken ct)
    {
        for (var i = 0; i < builds; i++)
        {
            var moment = s_latestKill * random.NextDouble();
            using var cancel = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var build = BuildAsync(Messy + "while true; do (setsid sleep 1000 &); sleep 0.01; done", cancel.Token);
            await Task.Delay(moment, ct).ConfigureAwait(false);
            if (i % 4 == 0 || !TryKill(generation: i % 4))
                await cancel.CancelAsync().ConfigureAwait(false);
            try
            {
                await build.ConfigureAwait(false);
            }
            catch (Exception end) when (end is OperationCanceledException or SandboxException)
            {
                ct.ThrowIfCancellationRequested();
            }
            Killed++;
        }
    }

    /// <summary>Waits until nothing is left, which the kernel may take a moment for after a helper was killed.</summary>
    /// <returns>What is still there when the wait is over.</returns>
    public async Task<HostTraces> LeftoversAsync(CancellationToken ct)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var traces = HostTraces.Find(_store, _seen);
            if (traces.AreNone || watch.Elapsed > s_longestWait)
                return traces;
            await Task.Delay(TimeSpan.FromMilliseconds(20), ct).ConfigureAwait(false);
        }
    }

    /// <summary>Whether every build user can be taken.</summary>
    public bool AreAllUsersFree()
    {
        var taken = Enumerable.Range(0, BuildUsers.MaxSlots).Select(_ => _users.TryTake()).ToArray();
        foreach (var user in taken)
            user?.Dispose();
        return Array.TrueForAll(taken, user => user is not null);
    }

    public void Dispose() => _launcher.Dispose();

    private async Task BuildAsync(string script, CancellationToken ct)
    {
        var drv = StorePath.Parse($"{Interlocked.Increment(ref _count):d32}-messy.drv");
        using var user = _users.TryTake() ?? throw new SandboxException("All build users are taken.");
        lock (_seen)
            _seen.Add(user.Ids.HostUid);
        await using var place = await _launcher.Directories.TakeAsync(_store, _idle, drv, ct).ConfigureAwait(false);
        await using var group = _groups.Make(user);
        var spec = Spec(place, user, script) with { ControlGroups = group.Directories };
        var result = await _launcher.RunAsync(spec, _ => ValueTask.CompletedTask, ct).ConfigureAwait(false);
        if (result is not (SandboxResult.Exited { Code: 7 } or SandboxResult.Signalled))
            throw new SandboxException($"A build ended with {result}.");
        place.IsEnclosed = SandboxEnclosure.IsComplete(spec);
    }

    /// <param name="generation">1 for the sandbox's first process, 2 for its parent, 3 for the helper.</param>
    private bool TryKill(int generation)
    {
        var victims = HostTraces.FirstProcess(_store);
        for (; generation > 1 && victims is { } child; generation--)
            victims = HostTraces.ParentOf(child);
        if (victims is not { } process || process == Environment.ProcessId)
            return false;
        try
        {
            using var victim = Process.GetProcessById(process);
            if (victim.ProcessName != "farm-sandbox")
                return false;
            victim.Kill();
            return true;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    private static SandboxSpec Spec(BuildDirectory place, BuildUser user, string script) =>
        new()
        {
            ScratchDirectory = place.FullPath,
            Ids = user.Ids,
            Binds = [new SandboxBind("/bin/sh", Busybox)],
            Builder = ByteString.FromUtf8("/bin/sh"),
            Arguments = [ByteString.FromUtf8("sh"), ByteString.FromUtf8("-c"), ByteString.FromUtf8(script)],
            Environment = ImmutableSortedDictionary<ByteString, ByteString>.Empty.Add(
                ByteString.FromUtf8("out"),
                ByteString.FromUtf8("/nix/store/8f7619fpnfra1749229bx6r70jxc8mnw-messy")
            ),
            Filter = SeccompFilter.Create(),
            Timeout = TimeSpan.FromMinutes(2),
        };
}
