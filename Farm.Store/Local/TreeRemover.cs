using Farm.Store.Hashing;
using Farm.Store.Locking;
using Farm.Store.Native;

namespace Farm.Store.Local;

/// <summary>Removes a tree of files that belongs to nobody else any more, whatever immutable bits are set in it.</summary>
/// <remarks>A file that has other names is removed under its inode's lock: its immutable bit belongs to those names too.</remarks>
internal static class TreeRemover
{
    private const uint OwnerAll = 0x1C0;

    /// <summary>Removes the object of this name; nothing happens where there is none.</summary>
    /// <returns>The bytes freed, as Nix counts them: of each file with one name, or with a second one that may be in <c>.links</c>.</returns>
    public static async Task<long> RemoveAsync(StoreFiles files, int parent, byte[] name)
    {
        var found = Syscalls.Status(parent, name, out var status);
        if (found == -Errno.NoEntry)
            return 0;
        Check(found, "look at", name);
        if (status.IsDirectory)
            return await RemoveDirectoryAsync(files, parent, name, status.IsImmutable).ConfigureAwait(false);
        await RemoveFileAsync(files, parent, name, status).ConfigureAwait(false);
        return status.Links <= 2 ? status.SizeBytes : 0;
    }

    /// <summary>Makes a directory ready to be moved or emptied.</summary>
    public static void Open(int parent, ReadOnlySpan<byte> name, bool isImmutable)
    {
        var directory = Syscalls.Open(parent, name, Syscalls.ReadOnly | Syscalls.Directory);
        if (directory == -Errno.AccessDenied)
        {
            Check(Syscalls.ChangeMode(parent, name, OwnerAll), "change the mode of", name);
            directory = Syscalls.Open(parent, name, Syscalls.ReadOnly | Syscalls.Directory);
        }
        Check(directory, "open", name);
        try
        {
            if (isImmutable)
                Check(InodeFlags.Change(directory, isImmutable: false), "make mutable", name);
            Check(Syscalls.ChangeMode(directory, OwnerAll), "change the mode of", name);
        }
        finally
        {
            Syscalls.Close(directory);
        }
    }

    private static async Task<long> RemoveDirectoryAsync(StoreFiles files, int parent, byte[] name, bool isImmutable)
    {
        var freed = 0L;
        Open(parent, name, isImmutable);
        var directory = Syscalls.Open(parent, name, Syscalls.ReadOnly | Syscalls.Directory);
        Check(directory, "open", name);
        try
        {
            var entries = new DirectoryEntries();
            entries.Read(directory, Show(name));
            for (var i = 0; i < entries.Count; i++)
                freed += await RemoveAsync(files, directory, entries.Name(i).ToArray()).ConfigureAwait(false);
        }
        finally
        {
            Syscalls.Close(directory);
        }
        Check(Syscalls.RemoveDirectory(parent, name), "remove the directory", name);
        return freed;
    }

    private static async Task RemoveFileAsync(StoreFiles files, int parent, byte[] name, FileStatus status)
    {
        if (status.Links > 1 && !status.IsSymlink)
        {
            var key = new PathLockKey.Inode(status.Inode);
            await files.UnderLockAsync(key, new RemoveSharedFile(files, parent, name)).ConfigureAwait(false);
            return;
        }
        if (status.IsImmutable)
            Check(InodeFlags.Change(parent, name, isImmutable: false), "make mutable", name);
        Check(Syscalls.Unlink(parent, name), "remove", name);
    }

    private static void Check(int result, string operation, ReadOnlySpan<byte> name)
    {
        if (result < 0)
            throw Errno.Exception(-result, operation, Show(name));
    }

    private static string Show(ReadOnlySpan<byte> name) => ByteString.FromBytes(name).ToString();
}
