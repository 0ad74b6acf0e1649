namespace Farm.Benchmarks.Measuring;

/// <summary>A folder for one group's files, in <c>/var/tmp</c>, or where <c>TMPDIR</c> says. Gone when disposed of, immutable files included.</summary>
public sealed class WorkFolder : IAsyncDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private WorkFolder(string path) => FullPath = path;

    public string FullPath { get; }

    public static WorkFolder Create() => new(NewFolder("farm-bench-"));

    /// <summary>Makes a folder that is not below <c>/tmp</c>: no real store is, and the sandbox, which covers that, would have to make
    /// its store directory in the builder's own. The variable <c>TMPDIR</c> says otherwise.</summary>
    internal static string NewFolder(string prefix) =>
        Environment.GetEnvironmentVariable("TMPDIR") is { Length: > 0 }
            ? Directory.CreateTempSubdirectory(prefix).FullName
            : Directory.CreateDirectory($"/var/tmp/{prefix}{Guid.NewGuid():N}", OwnerOnly).FullName;

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
