using System.Collections.Immutable;
using System.Diagnostics;
using Farm.Store.Local;
using Farm.Store.Native;

namespace Farm.Store.Integrity;

/// <summary>Puts in order what an owner that did not close the store has left. After one that did, nothing is even looked for.</summary>
/// <remarks>Objects that are in place but not registered stay: who adds them makes them anew, and the collector removes the others.</remarks>
internal sealed class StartupMending(StoreFiles files, StoreRecords records)
{
    /// <exception cref="StoreException">Something cannot be mended; the next opening tries again.</exception>
    public async Task<MendingReport> RunAsync(CancellationToken ct)
    {
        switch (files.Record.Last)
        {
            case LastStop.Clean:
                return new(WasClean: true, 0, 0, 0);
            case LastStop.Killed killed:
                var leftovers = await RemoveStagesAsync().ConfigureAwait(false);
                var set = SetAgain(killed.Lifted);
                if (!killed.IsComplete)
                    set += await SetAllAsync(ct).ConfigureAwait(false);
                files.Record.Mended();
                return new(WasClean: false, leftovers, set, 0);
            case LastStop.PowerLost:
                leftovers = await RemoveStagesAsync().ConfigureAwait(false);
                var withdrawn = await new PowerLossCheck(files, records).RunAsync(ct).ConfigureAwait(false);
                set = await SetAllAsync(ct).ConfigureAwait(false);
                files.Record.Mended();
                return new(WasClean: false, leftovers, set, withdrawn);
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Removes unfinished objects, except those that a living process has locked.</summary>
    private async Task<int> RemoveStagesAsync()
    {
        var count = 0;
        foreach (var name in StoreNames.Read(files).Stages)
        {
            if (IsLocked(name))
                continue;
            await TreeRemover.RemoveAsync(files, files.StoreDirectory, name).ConfigureAwait(false);
            count++;
        }
        return count;
    }

    private bool IsLocked(byte[] name)
    {
        var directory = Syscalls.Open(files.StoreDirectory, name, Syscalls.ReadOnly | Syscalls.Directory);
        if (directory < 0)
            return false;
        try
        {
            return !FileLock.TryExclusive(directory, files.Layout.PhysicalStoreDir);
        }
        finally
        {
            Syscalls.Close(directory);
        }
    }

    private int SetAgain(ImmutableArray<LiftedBit> lifted)
    {
        var bits = new ImmutableBits(files);
        var unknown = lifted.Where(bit => !bits.SetAgain(bit)).Select(bit => bit.Inode).ToHashSet();
        if (unknown.Count > 0)
            bits.SetAgain(unknown);
        return lifted.Length;
    }

    /// <summary>Looks at every file of every valid path. Only where no note tells which are concerned.</summary>
    private async Task<int> SetAllAsync(CancellationToken ct)
    {
        if (!files.UsesImmutableBit)
            return 0;
        var bits = new ImmutableBits(files);
        var count = 0;
        var paths = await records.AskAsync(queries => queries.AllValid(), ct).ConfigureAwait(false);
        await Parallel
            .ForEachAsync(
                paths,
                ct,
                (path, _) =>
                {
                    Interlocked.Add(ref count, bits.SetBelow(StoreLayout.Bytes(path)));
                    return ValueTask.CompletedTask;
                }
            )
            .ConfigureAwait(false);
        return count;
    }
}
