using Farm.Store.Local;
using Farm.Store.Paths;

namespace Farm.Worker.Running;

/// <summary>The scratch directory of one build, on the store's file system; gone when disposed.</summary>
public sealed class BuildDirectory : IAsyncDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

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

    private BuildDirectory(string path) => FullPath = path;

    /// <summary>For <see cref="Planning.BuildPlace"/>.</summary>
    public string FullPath { get; }

    /// <summary>Makes the directory <c>&lt;drv&gt;.chroot</c>, Nix's name for it; what an earlier build left goes first.</summary>
    /// <param name="physicalStoreDir">Where the store lies on the host.</param>
    /// <exception cref="SandboxException">It cannot be made, or what was left cannot be removed.</exception>
    public static async Task<BuildDirectory> CreateAsync(
        string physicalStoreDir,
        StorePath drvPath,
        CancellationToken ct
    )
    {
        var path = Path.Combine(physicalStoreDir, $"{drvPath}.chroot");
        await TreeRemoval.RemoveAsync(path, ct).ConfigureAwait(false);
        try
        {
            Directory.CreateDirectory(path, OwnerOnly);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SandboxException($"The build directory '{path}' cannot be made: {failure.Message}", failure);
        }
        return new BuildDirectory(path);
    }

    /// <summary>Where mount points are kept from build to build; it is made where it is not there.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static string MountPoints(StoreLayout layout) =>
        Directory.CreateDirectory(layout.MountPointsDir, OwnerOnly).FullName;

    /// <summary>Removes everything but these outputs, so that no name is left by which a file in them could be reached or held.</summary>
    /// <param name="outputs">Files in the directory; each is moved.</param>
    /// <returns>Where they are now, in the same order.</returns>
    /// <exception cref="SandboxException">Something cannot be moved or removed.</exception>
    public async Task<IReadOnlyList<string>> KeepAsync(IReadOnlyList<string> outputs, CancellationToken ct)
    {
        var rest = Directory.GetFileSystemEntries(FullPath);
        // No builder ever sees the directory itself: what lies directly in it cannot be named from anywhere else.
        var mark = Guid.NewGuid().ToString("N");
        var moved = outputs.Select((_, index) => Path.Combine(FullPath, $"kept-{mark}-{index}")).ToArray();
        try
        {
            foreach (var (from, to) in outputs.Zip(moved))
                Move(from, to);
            foreach (var entry in rest)
                await TreeRemoval.RemoveAsync(entry, ct).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SandboxException($"The outputs in '{FullPath}' cannot be set apart: {failure.Message}", failure);
        }
        return moved;
    }

    public async ValueTask DisposeAsync() =>
        await TreeRemoval.RemoveAsync(FullPath, CancellationToken.None).ConfigureAwait(false);
}
