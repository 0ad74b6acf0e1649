namespace Farm.Benchmarks.Measuring;

/// <summary>A folder for one group's files, on the disk where temporary files are. Gone when disposed of, immutable files included.</summary>
public sealed class WorkFolder : IAsyncDisposable
{
    private WorkFolder(string path) => FullPath = path;

    public string FullPath { get; }

    public static WorkFolder Create() => new(Directory.CreateTempSubdirectory("farm-bench-").FullName);

    public string Path(string name) => System.IO.Path.Combine(FullPath, name);

    /// <summary>Removes what is below a name, if it is there.</summary>
    public async Task RemoveAsync(string name, CancellationToken ct)
    {
        var path = Path(name);
        if (!System.IO.Path.Exists(path))
            return;
        // chattr fails for symbolic links and where the file system has no such bit; what matters is whether rm works.
        await ChildProcess.RunAsync("sh", ["-c", "chattr -R -f -i \"$0\"; exec rm -rf \"$0\"", path], ct);
    }

    public async ValueTask DisposeAsync() => await RemoveAsync("", CancellationToken.None);
}
