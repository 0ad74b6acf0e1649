using Farm.Store.Actors;
using Farm.Store.Local;
using Farm.Store.Locking;
using Farm.Store.Native;
using Farm.Store.PathInfos;

namespace Farm.Store.Integrity;

/// <summary>Puts a good copy in the place of a damaged path. Runs under the path's lock. Answers false where the path is not valid any more.</summary>
internal sealed record ReplacePath(StoreFiles Files, StoreRecords Records, StagedTree Good, PathInfo Info)
    : IPathOperation<bool>
{
    public async Task<bool> RunAsync()
    {
        var known = await Records.QueryAsync(Info.Path, CancellationToken.None).ConfigureAwait(false);
        if (known is null || known.NarHash != Info.NarHash)
            return false;
        await ReplaceAsync(StoreLayout.Bytes(Info.Path)).ConfigureAwait(false);
        if (known.NarSizeBytes == 0)
            await Records.SetContentsAsync(Info.Path, Info.NarHash, Info.NarSizeBytes).ConfigureAwait(false);
        return true;
    }

    private async Task ReplaceAsync(byte[] name)
    {
        var found = Syscalls.Status(Files.StoreDirectory, name, out var old);
        if (found == -Errno.NoEntry)
        {
            await Good.MoveAsync(name, Info.NarHash).ConfigureAwait(false);
            Files.SyncBeforeValid([name]);
            return;
        }
        Errno.Check(found, "look at", Files.Layout.ToPhysical(Info.Path));
        Errno.Check(
            Syscalls.Status(Good.Stage.Directory, Stage.Object, out var made),
            "look at",
            Good.Stage.ObjectPath
        );
        using var note = Files.UsesImmutableBit ? Files.Record.Note(made.Inode, name) : default;
        Files.SyncBeforeExchange(Good.Stage);
        var exchange = new ExchangeObject(Files, Good.Stage, name);
        if (old.IsRegular)
            await Files.UnderLockAsync(new PathLockKey.Inode(old.Inode), exchange).ConfigureAwait(false);
        else
            await exchange.RunAsync().ConfigureAwait(false);
        await Good.FinishMovedAsync(name, Info.NarHash).ConfigureAwait(false);
    }
}
