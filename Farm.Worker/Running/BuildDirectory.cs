using Farm.Store.Paths;

namespace Farm.Worker.Running;

/// <summary>The scratch directory of one build, on the store's file system; gone when disposed.</summary>
public sealed class BuildDirectory : IAsyncDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

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

    public async ValueTask DisposeAsync() =>
        await TreeRemoval.RemoveAsync(FullPath, CancellationToken.None).ConfigureAwait(false);
}
