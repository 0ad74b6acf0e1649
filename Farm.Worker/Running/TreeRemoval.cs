using Farm.Store;
using Farm.Store.Local;

namespace Farm.Worker.Running;

/// <summary>Removes what a builder has left, however it has made it: without permissions, deeper than a path can say, or
/// held open by somebody outside who still changes it.</summary>
internal static class TreeRemoval
{
    /// <summary>Removes a directory tree or a file; one that does not exist is removed already. Follows no symbolic link.
    /// </summary>
    /// <exception cref="SandboxException">Something cannot be removed.</exception>
    public static Task RemoveAsync(string path, CancellationToken ct) => Task.Run(() => Remove(path), ct);

    /// <inheritdoc cref="RemoveAsync"/>
    public static void Remove(string path)
    {
        try
        {
            UntrustedTree.Remove(path);
        }
        catch (StoreException failure)
        {
            throw new SandboxException($"The build directory '{path}' cannot be removed: {failure.Message}", failure);
        }
    }
}
