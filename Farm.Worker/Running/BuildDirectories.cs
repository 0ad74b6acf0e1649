using System.Collections.Concurrent;
using System.Globalization;
using Farm.Store.Paths;

namespace Farm.Worker.Running;

/// <summary>Scratch directories that are used again, as making and removing them takes longer than a small build.</summary>
/// <remarks>One that nobody uses is called <c>chroot-PID-N</c> in the directory for such, which is emptied when the store is opened.</remarks>
public sealed class BuildDirectories : IDisposable
{
    /// <summary>Above so many that nobody uses, what comes back is removed.</summary>
    private const int MostIdle = 64;

    private readonly ConcurrentBag<string> _idle = [];
    private int _made;
    private volatile bool _isDisposed;

    /// <summary>Makes the directory <c>&lt;drv&gt;.chroot</c>, Nix's name for it; what an earlier build left goes first.</summary>
    /// <param name="physicalStoreDir">Where the store lies on the host.</param>
    /// <param name="idleDir">Where those wait that nobody uses, on the same file system and the worker's alone; made where it is not there.</param>
    /// <exception cref="SandboxException">It cannot be made, or what was left cannot be removed.</exception>
    public Task<BuildDirectory> TakeAsync(
        string physicalStoreDir,
        string idleDir,
        StorePath drvPath,
        CancellationToken ct
    ) => Task.Run(() => Take(Path.Combine(physicalStoreDir, $"{drvPath}.chroot"), idleDir), ct);

    /// <summary>Removes those that nobody uses.</summary>
    /// <exception cref="SandboxException">One cannot be removed.</exception>
    public void Dispose()
    {
        _isDisposed = true;
        while (_idle.TryTake(out var idle))
            TreeRemoval.Remove(idle);
    }

    /// <summary>Takes a directory back that is empty, but for what the next build may have.</summary>
    /// <returns>False where it must be removed.</returns>
    internal bool TryReturn(string path, string idleDir)
    {
        if (_isDisposed || _idle.Count >= MostIdle)
            return false;
        var number = Interlocked.Increment(ref _made);
        var name = string.Create(CultureInfo.InvariantCulture, $"chroot-{Environment.ProcessId}-{number}");
        var idle = Path.Combine(idleDir, name);
        if (!TryMove(path, idle))
            return false;
        _idle.Add(idle);
        if (_isDisposed)
            Dispose();
        return true;
    }

    private BuildDirectory Take(string path, string idleDir)
    {
        TreeRemoval.Remove(path);
        while (_idle.TryTake(out var idle))
        {
            if (Path.GetDirectoryName(idle) == idleDir && TryMove(idle, path))
                return new BuildDirectory(this, path, idleDir);
            TreeRemoval.Remove(idle);
        }
        try
        {
            Directory.CreateDirectory(path, BuildDirectory.OwnerOnly);
            Directory.CreateDirectory(idleDir, BuildDirectory.OwnerOnly);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SandboxException($"The build directory '{path}' cannot be made: {failure.Message}", failure);
        }
        return new BuildDirectory(this, path, idleDir);
    }

    private static bool TryMove(string from, string to)
    {
        try
        {
            Directory.Move(from, to);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false; // Another is made, or this one removed, which says what is wrong.
        }
    }
}
