using Farm.Store.Paths;
using Farm.Tests.Support;
using Farm.Worker.Running;
using Farm.Worker.Sandboxes;

namespace Farm.Tests.Worker.Running;

/// <summary>Directories of builds that serve the next one, in real sandboxes.</summary>
public sealed class BuildDirectoriesTests : IDisposable
{
    private const string Look = "stat -c '%n %F %a %u %g %s %h' /tmp /nix/store /build; ls -A /tmp /nix/store /build";

    private static readonly StorePath First = StorePath.Parse("3ghsl9sd83mc26i81adpa2fzf3yw4f68-first.drv");
    private static readonly StorePath Second = StorePath.Parse("3ghsl9sd83mc26i81adpa2fzf3yw4f68-second.drv");

    private readonly SandboxBench _bench = new();
    private readonly BuildDirectories _directories = new();
    private readonly TemporaryDirectory _idle = new();

    public void Dispose()
    {
        _directories.Dispose();
        _idle.Dispose();
        _bench.Dispose();
    }

    [SandboxFact]
    public async Task A_builder_cannot_tell_that_another_had_its_directories()
    {
        var before = await LogAsync(First, Look, _bench.BuildId);
        Assert.Contains("/tmp directory 1777", before, StringComparison.Ordinal);
        var used = Idle();
        await LogAsync(
            First,
            "mkdir -p /tmp/a/b /build/c; echo x > /tmp/a/b/f; echo x > /nix/store/rest; ln -s /tmp /build/l",
            _bench.BuildId
        );
        var after = await LogAsync(Second, Look, _bench.BuildId + 1);
        Assert.Equal(before, after);
        Assert.Equal(used, Idle());
        Assert.NotEmpty(used);
    }

    [SandboxFact]
    public async Task What_an_earlier_builder_has_made_larger_is_not_used_again()
    {
        await LogAsync(First, "true", _bench.BuildId);
        var used = Idle();
        // Ext4 keeps the blocks of a directory when its entries are gone.
        await LogAsync(First, "cd /tmp; i=0; while [ $i -lt 600 ]; do : > file-$i; i=$((i+1)); done", _bench.BuildId);
        var left = Idle();
        Assert.Equal(2, used.Length);
        Assert.True(left.Length == 1 || left.SequenceEqual(used)); // Other file systems make them smaller again.
    }

    [SandboxTheory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task What_somebody_outside_may_hold_open_is_not_used_again(bool hasNetwork, bool isEnclosed)
    {
        await LogAsync(First, "true", _bench.BuildId, spec => spec with { KeepsNetwork = hasNetwork });
        Assert.Equal(isEnclosed ? 2 : 0, Idle().Length);
    }

    [SandboxFact]
    public void A_sandbox_that_shows_a_directory_of_the_host_lets_descriptors_out()
    {
        var spec = _bench.Shell("true");
        Assert.True(SandboxEnclosure.IsComplete(spec));
        var shown = Directory.CreateTempSubdirectory("farm-shown-").FullName;
        try
        {
            var binds = spec.Binds.Add(new SandboxBind("/run", shown));
            Assert.False(SandboxEnclosure.IsComplete(spec with { Binds = binds }));
        }
        finally
        {
            Directory.Delete(shown);
        }
        Assert.False(SandboxEnclosure.IsComplete(spec with { HasNixSocket = true }));
        Assert.False(SandboxEnclosure.IsComplete(spec with { IsUnconfined = true }));
    }

    [SandboxFact]
    public async Task Those_that_nobody_uses_go_at_the_end()
    {
        await LogAsync(First, "true", _bench.BuildId);
        _directories.Dispose();
        Assert.Empty(Directory.EnumerateFileSystemEntries(_idle.Path));
    }

    /// <summary>Inodes of what directories that nobody uses hold for the next build.</summary>
    private string[] Idle() =>
        [
            .. Directory
                .EnumerateDirectories(_idle.Path)
                .SelectMany(Directory.EnumerateDirectories)
                .Select(path => $"{Path.GetFileName(path)} {FileStatuses.Of(path).Inode}")
                .Order(StringComparer.Ordinal),
        ];

    private async Task<string> LogAsync(
        StorePath drv,
        string script,
        uint id,
        Func<SandboxSpec, SandboxSpec>? change = null
    )
    {
        await using var directory = await _directories.TakeAsync(
            _bench.Directory,
            _idle.Path,
            drv,
            CancellationToken.None
        );
        var spec = _bench.Shell(script) with { ScratchDirectory = directory.FullPath, Ids = new SandboxIds(id, id) };
        spec = change?.Invoke(spec) ?? spec;
        directory.IsEnclosed = SandboxEnclosure.IsComplete(spec);
        var (result, log) = await _bench.RunAsync(spec);
        Assert.True(result is SandboxResult.Exited { Code: 0 }, $"{result}\n{log}");
        return log;
    }
}
