using Farm.Store.Actors;
using Farm.Store.Native;
using Farm.Store.Paths;

namespace Farm.Store.Local;

/// <summary>Makes a path invalid and moves its files out of the way; they are removed afterwards, without the lock.
/// Runs under the path's lock. Answers whether there was anything.</summary>
internal sealed record DeletePath(Stage Aside, StoreRecords Records, StorePath Path) : IPathOperation<bool>
{
    private StoreFiles Files => Aside.Files;

    public async Task<bool> RunAsync()
    {
        var wasValid = await Records.InvalidateAsync(Path).ConfigureAwait(false);
        var name = StoreLayout.Bytes(Path);
        var found = Syscalls.Status(Files.StoreDirectory, name, out var status);
        if (found == -Errno.NoEntry)
            return wasValid;
        Errno.Check(found, "look at", Files.Layout.ToPhysical(Path));
        if (status.IsDirectory)
        {
            TreeRemover.Open(Files.StoreDirectory, name, status);
            var moved = Syscalls.Rename(Files.StoreDirectory, name, Aside.Directory, Stage.Object);
            Errno.Check(moved, "move aside", Files.Layout.ToPhysical(Path));
        }
        else
        {
            await TreeRemover.RemoveAsync(Files, Files.StoreDirectory, name).ConfigureAwait(false);
        }
        return true;
    }
}
