using Farm.Store.Hashing;
using Farm.Store.Native;

namespace Farm.Store.Local;

/// <summary>Removes one tree of files that belongs to nobody else any more, whatever immutable bits are set in it.</summary>
internal static class TreeRemover
{
    /// <summary>Removes the object of this name, and no link; nothing happens where there is none.</summary>
    public static async Task RemoveAsync(StoreFiles files, int parent, byte[] name)
    {
        var removal = new TreeRemoval(files, parent);
        await removal.AddAsync(name).ConfigureAwait(false);
        await removal.CompleteAsync().ConfigureAwait(false);
    }

    /// <summary>Makes a directory ready to be moved or emptied.</summary>
    public static void Open(int parent, ReadOnlySpan<byte> name, in FileStatus status) =>
        Syscalls.Close(OpenUp(parent, name, status));

    /// <summary>As <see cref="Open"/>. Answers the directory's descriptor, which the caller closes.</summary>
    public static int OpenUp(int parent, ReadOnlySpan<byte> name, in FileStatus status)
    {
        var directory = Syscalls.Open(parent, name, Syscalls.ReadOnly | Syscalls.Directory);
        if (directory == -Errno.AccessDenied)
        {
            Check(Syscalls.ChangeMode(parent, name, ObjectModes.Private), "change the mode of", name);
            directory = Syscalls.Open(parent, name, Syscalls.ReadOnly | Syscalls.Directory);
        }
        Check(directory, "open", name);
        try
        {
            if (status.IsImmutable)
                Check(InodeFlags.Change(directory, isImmutable: false), "make mutable", name);
            if (status.Permissions != ObjectModes.Private)
                Check(Syscalls.ChangeMode(directory, ObjectModes.Private), "change the mode of", name);
            return directory;
        }
        catch
        {
            Syscalls.Close(directory);
            throw;
        }
    }

    private static void Check(int result, string operation, ReadOnlySpan<byte> name)
    {
        if (result < 0)
            throw Errno.Exception(-result, operation, ByteString.FromBytes(name).ToString());
    }
}
