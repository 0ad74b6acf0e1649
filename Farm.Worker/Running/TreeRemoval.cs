namespace Farm.Worker.Running;

/// <summary>Removes what a builder has left, however it has made it: without permissions, or deeper than a path can say.
/// </summary>
internal static class TreeRemoval
{
    private const int LongestPath = 2000;

    private const UnixFileMode OwnerAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Removes a directory tree; one that does not exist is removed already. Follows no symbolic link.</summary>
    /// <exception cref="SandboxException">Something cannot be removed.</exception>
    public static Task RemoveAsync(string path, CancellationToken ct) => Task.Run(() => Remove(path), ct);

    private static void Remove(string path)
    {
        if (!Directory.Exists(path))
            return;
        try
        {
            if (TryDelete(path))
                return;
            Open(path);
            Directory.Delete(path, recursive: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SandboxException($"The build directory '{path}' cannot be removed: {failure.Message}", failure);
        }
    }

    private static bool TryDelete(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // The last of these is how the framework reports a path too long to say.
            return false;
        }
    }

    /// <summary>Makes every directory accessible, and moves those whose path grows too long up to the top.</summary>
    private static void Open(string top)
    {
        var moved = 0;
        var pending = new Stack<string>([top]);
        while (pending.TryPop(out var directory))
        {
            File.SetUnixFileMode(directory, OwnerAll);
            if (directory.Length > LongestPath)
            {
                var shorter = Path.Combine(top, $".deep-{moved++}");
                Directory.Move(directory, shorter);
                directory = shorter;
            }
            foreach (var child in new DirectoryInfo(directory).EnumerateDirectories())
            {
                if (child.LinkTarget is null)
                    pending.Push(child.FullName);
            }
        }
    }
}
