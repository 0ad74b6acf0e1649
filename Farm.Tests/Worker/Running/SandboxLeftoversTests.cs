using Farm.Store.Paths;
using Farm.Tests.Hardening;
using Farm.Tests.Support;
using Farm.Worker.Running;
using Farm.Worker.Sandboxes;

namespace Farm.Tests.Worker.Running;

/// <summary>Nothing is left behind: no process, no mount, no directory. Other tests mount as well.</summary>
[Collection(Alone.Name)]
public sealed class SandboxLeftoversTests : IDisposable
{
    private static readonly StorePath Drv = StorePath.Parse("3ghsl9sd83mc26i81adpa2fzf3yw4f68-simple.drv");

    private readonly SandboxBench _bench = new();
    private readonly BuildDirectories _directories = new();
    private readonly TemporaryDirectory _idle = new();

    public void Dispose()
    {
        _directories.Dispose();
        _bench.Dispose();
        _idle.Dispose();
    }

    [SandboxFact]
    public async Task Many_builds_one_after_the_other_leave_nothing()
    {
        var mounts = await MountsAsync();
        for (var i = 0; i < 200; i++)
            await BuildAsync(_bench.Directory, "(sleep 100 &); echo x > $out; mkdir -p d/e; exit 7", _bench.BuildId);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_bench.Directory));
        Assert.Equal(mounts, await MountsAsync());
        Assert.Empty(_bench.Processes);
    }

    [SandboxFact]
    public async Task Builds_at_the_same_time_do_not_see_each_other_and_leave_nothing()
    {
        var mounts = await MountsAsync();
        var builds = Enumerable
            .Range(0, 8)
            .Select(async slot =>
            {
                var store = Directory.CreateDirectory(Path.Combine(_bench.Directory, $"store-{slot}")).FullName;
                for (var i = 0; i < 10; i++)
                    await BuildAsync(
                        store,
                        "test -z \"$(ls /build)$(ls /nix/store)\" && exit 7",
                        _bench.BuildId + 1 + (uint)slot
                    );
                return store;
            });
        foreach (var store in await Task.WhenAll(builds))
            Assert.Empty(Directory.EnumerateFileSystemEntries(store));
        Assert.Equal(mounts, await MountsAsync());
    }

    [SandboxFact]
    public async Task A_directory_is_removed_whatever_the_builder_made_of_it()
    {
        var deep =
            "i=0; while [ $i -lt 60 ]; do mkdir -p "
            + new string('d', 200)
            + "; cd "
            + new string('d', 200)
            + "; i=$((i+1)); done; ";
        await BuildAsync(
            _bench.Directory,
            deep + "cd /build; mkdir locked; : > locked/f; chmod 0 locked; exit 7",
            _bench.BuildId
        );
        Assert.Empty(Directory.EnumerateFileSystemEntries(_bench.Directory));
    }

    [SandboxFact]
    public async Task A_build_directory_begins_empty_whatever_an_earlier_one_left()
    {
        var left = Directory.CreateDirectory(Path.Combine(_bench.Directory, $"{Drv}.chroot", "build")).FullName;
        await File.WriteAllTextAsync(Path.Combine(left, "old"), "");
        await using var directory = await _directories.TakeAsync(
            _bench.Directory,
            _idle.Path,
            Drv,
            CancellationToken.None
        );
        Assert.Empty(Directory.EnumerateFileSystemEntries(directory.FullPath));
    }

    private async Task BuildAsync(string store, string script, uint id)
    {
        await using var directory = await _directories.TakeAsync(store, _idle.Path, Drv, CancellationToken.None);
        var spec = _bench.Shell(script);
        Directory.Delete(spec.ScratchDirectory);
        spec = spec with { ScratchDirectory = directory.FullPath, Ids = new SandboxIds(id, id) };
        directory.IsEnclosed = SandboxEnclosure.IsComplete(spec);
        var (result, log) = await _bench.RunAsync(spec);
        Assert.True(result is SandboxResult.Exited { Code: 7 }, $"{result}\n{log}");
    }

    private static async Task<string[]> MountsAsync() => await File.ReadAllLinesAsync("/proc/self/mountinfo");
}
