using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.Native;

namespace Farm.Store.Collector;

/// <summary>Takes an object out of the store directory. Runs under the lock of its path; the bulk of the work is left for later.</summary>
internal static class MoveAside
{
    /// <summary>Moves the object to where it is removed without a lock; a file that others share cannot be moved.</summary>
    /// <param name="files">The store's.</param>
    /// <param name="aside">Where to; null to remove it in place.</param>
    /// <param name="inPlace">Takes what is not moved.</param>
    /// <param name="name">In the store directory.</param>
    /// <param name="newName">In <paramref name="aside"/>.</param>
    /// <returns>False where there was nothing.</returns>
    public static async Task<bool> RunAsync(
        StoreFiles files,
        Stage? aside,
        TreeRemoval inPlace,
        byte[] name,
        byte[] newName
    )
    {
        var found = Syscalls.Status(files.StoreDirectory, name, out var status);
        if (found == -Errno.NoEntry)
            return false;
        Check(found, "look at", name);
        if (aside is null || (!status.IsDirectory && status.Links > 1))
        {
            await inPlace.AddAsync(name).ConfigureAwait(false);
            return true;
        }
        if (status.IsDirectory)
            TreeRemover.Open(files.StoreDirectory, name, status);
        else if (status.IsImmutable)
            Check(InodeFlags.Change(files.StoreDirectory, name, isImmutable: false), "make mutable", name);
        Check(Syscalls.Rename(files.StoreDirectory, name, aside.Directory, newName), "move aside", name);
        return true;
    }

    private static void Check(int result, string operation, byte[] name)
    {
        if (result < 0)
            throw Errno.Exception(-result, operation, ByteString.FromBytes(name).ToString());
    }
}
