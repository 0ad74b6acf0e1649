using Farm.Store.Actors;
using Farm.Store.Local;
using Farm.Store.Native;
using Farm.Store.Paths;

namespace Farm.Store.Integrity;

/// <summary>Makes a path invalid that has no files, unless a valid path refers to it. Runs under the path's lock.
/// Answers null where there is nothing to do any more: it has files, or is not valid.</summary>
internal sealed record WithdrawMissing(StoreFiles Files, StoreRecords Records, StorePath Path) : IPathOperation<bool?>
{
    public async Task<bool?> RunAsync()
    {
        if (Syscalls.Status(Files.StoreDirectory, StoreLayout.Bytes(Path), out _) != -Errno.NoEntry)
            return null;
        try
        {
            return await Records.InvalidateAsync(Path).ConfigureAwait(false) ? true : null;
        }
        catch (StoreException.InUse)
        {
            return false;
        }
    }
}
