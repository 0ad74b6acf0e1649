using Farm.Store.Local;
using Farm.Store.Paths;

namespace Farm.Store.Integrity;

/// <summary>Tells paths that are well from those that are to be exchanged.</summary>
public static class IntactPaths
{
    /// <summary>Whether the files of a valid path are what is recorded; those that cannot be read, or are of no allowed kind, are not.</summary>
    /// <exception cref="StoreException.InvalidPath">The path is not valid.</exception>
    public static async Task<bool> IsIntactAsync(this LocalStore store, StorePath path, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(store);
        try
        {
            return (await store.CheckContentsAsync(path, ct).ConfigureAwait(false)).IsIntact;
        }
        catch (StoreException broken) when (broken is StoreException.FileSystem or StoreException.UnsupportedFile)
        {
            return false;
        }
    }
}
