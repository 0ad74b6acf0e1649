using Farm.Store;
using Farm.Store.Local;
using Farm.Worker.Sandboxes;

namespace Farm.Worker.Running;

/// <summary>The scratch directory of one build, on the store's file system; gone, or kept empty for the next, when disposed.</summary>
public sealed class BuildDirectory : IBuildDirectory
{
    internal const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>What the helper makes in it and may find there again, with the most bytes that each may have come to take itself: what is
    /// in the next one's <c>/tmp</c> must not show that there was another build.</summary>
    private static readonly (string Name, long MostBytes)[] s_used =
    [
        (SandboxSpec.OutputDirectoryName, 64 << 10),
        (SandboxSpec.TemporaryDirectoryName, 4096),
    ];

    private readonly BuildDirectories _all;
    private readonly string _idleDir;

    internal BuildDirectory(BuildDirectories all, string path, string idleDir) =>
        (_all, FullPath, _idleDir) = (all, path, idleDir);

    /// <inheritdoc/>
    public string FullPath { get; }

    /// <summary>Whether the next build may have directories that this one's builder could open; see <see cref="SandboxEnclosure"/>.</summary>
    public bool IsEnclosed { get; set; }

    /// <summary>Moves a file or directory on one file system, whatever it is and whoever may write to it.</summary>
    internal static void Move(string from, string to)
    {
        if (new FileInfo(from).LinkTarget is not null || !Directory.Exists(from))
        {
            File.Move(from, to, overwrite: true);
            return;
        }
        // Without root, only a directory that may be written to can get another parent.
        File.SetUnixFileMode(from, File.GetUnixFileMode(from) | OwnerOnly);
        Directory.Move(from, to);
    }

    /// <summary>Where mount points are kept from build to build; it is made where it is not there.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static string MountPoints(StoreLayout layout) =>
        Directory.CreateDirectory(layout.MountPointsDir, OwnerOnly).FullName;

    /// <summary>Removes everything but these outputs, so that no name is left by which a file in them could be reached or held.</summary>
    /// <param name="outputs">Files in the directory; each is moved.</param>
    /// <returns>Where they are now, in the same order.</returns>
    /// <exception cref="SandboxException">Something cannot be moved or removed.</exception>
    public Task<IReadOnlyList<string>> KeepAsync(IReadOnlyList<string> outputs, CancellationToken ct) =>
        Task.Run<IReadOnlyList<string>>(() => Keep(outputs), ct);

    public async ValueTask DisposeAsync() => await Task.Run(Dispose).ConfigureAwait(false);

    private string[] Keep(IReadOnlyList<string> outputs)
    {
        var rest = Directory.GetFileSystemEntries(FullPath);
        // No builder ever sees the directory itself: what lies directly in it cannot be named from anywhere else.
        var mark = Guid.NewGuid().ToString("N");
        var moved = outputs.Select((_, index) => Path.Combine(FullPath, $"kept-{mark}-{index}")).ToArray();
        try
        {
            foreach (var (from, to) in outputs.Zip(moved))
                Move(from, to);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SandboxException($"The outputs in '{FullPath}' cannot be set apart: {failure.Message}", failure);
        }
        Clear(rest);
        return moved;
    }

    private void Dispose()
    {
        if (Directory.Exists(FullPath))
            Clear(Directory.GetFileSystemEntries(FullPath));
        if (!_all.TryReturn(FullPath, _idleDir))
            TreeRemoval.Remove(FullPath);
    }

    private void Clear(IEnumerable<string> entries)
    {
        foreach (var entry in entries)
        {
            if (!IsEnclosed || !TryKeepEmpty(entry))
                TreeRemoval.Remove(entry);
        }
    }

    /// <returns>False where it must go.</returns>
    private static bool TryKeepEmpty(string entry)
    {
        var used = s_used.FirstOrDefault(one => one.Name == Path.GetFileName(entry));
        try
        {
            return used.Name is not null && UntrustedTree.Empty(entry) <= used.MostBytes;
        }
        catch (StoreException)
        {
            return false; // To remove it says what is wrong.
        }
    }
}
