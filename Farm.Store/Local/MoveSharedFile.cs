using Farm.Store.Actors;
using Farm.Store.Locking;
using Farm.Store.Native;

namespace Farm.Store.Local;

/// <summary>Moves one name of a file that is immutable because of another of its names, as one that two outputs share. Runs under
/// the inode's lock, with the bit lifted. Answers the rename's result.</summary>
internal sealed record MoveSharedFile(
    StoreFiles Files,
    ulong Inode,
    int FromDirectory,
    byte[] From,
    int ToDirectory,
    byte[] To
) : IPathOperation<int>
{
    /// <summary>Moves whatever it is; only such a file takes a lock.</summary>
    public static async Task<int> RenameAsync(
        StoreFiles files,
        int fromDirectory,
        byte[] from,
        int toDirectory,
        byte[] to
    )
    {
        var moved = Syscalls.Rename(fromDirectory, from, toDirectory, to);
        if (moved != -Errno.NotPermitted || Syscalls.Status(fromDirectory, from, out var status) < 0)
            return moved;
        if (status is not { IsRegular: true, IsImmutable: true, Links: > 1 })
            return moved;
        var key = new PathLockKey.Inode(status.Inode);
        var move = new MoveSharedFile(files, status.Inode, fromDirectory, from, toDirectory, to);
        return await files.UnderLockAsync(key, move).ConfigureAwait(false);
    }

    public Task<int> RunAsync()
    {
        var file = Syscalls.Open(FromDirectory, From, Syscalls.ReadOnly | Syscalls.NonBlocking);
        if (file < 0)
            return Task.FromResult(file);
        try
        {
            using var note = Files.Record.Note(Inode);
            var lifted = InodeFlags.Change(file, isImmutable: false);
            if (lifted < 0)
                return Task.FromResult(lifted);
            var moved = Syscalls.Rename(FromDirectory, From, ToDirectory, To);
            var set = InodeFlags.Change(file, isImmutable: true);
            return Task.FromResult(moved < 0 ? moved : set);
        }
        finally
        {
            Syscalls.Close(file);
        }
    }
}
