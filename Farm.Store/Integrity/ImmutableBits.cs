using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.Native;

namespace Farm.Store.Integrity;

/// <summary>Finds files and directories whose immutable bit is missing, and sets it.</summary>
internal sealed class ImmutableBits(StoreFiles files)
{
    /// <summary>Sets one bit by the name that was noted. Answers false where no name was, or it leads to something else by now.</summary>
    public bool SetAgain(LiftedBit bit)
    {
        if (bit.Path.IsEmpty)
            return false;
        var opened = Syscalls.Open(files.StoreDirectory, bit.Path.Span, Syscalls.ReadOnly | Syscalls.NonBlocking);
        if (opened < 0)
            return false;
        try
        {
            if (Syscalls.Status(opened, out var status) < 0 || status.Inode != bit.Inode)
                return false;
            Set(opened, status, bit.Path.Span);
            return true;
        }
        finally
        {
            Syscalls.Close(opened);
        }
    }

    /// <summary>Sets the bits of these inodes, whatever their names: most are in <c>.links</c>, else the whole store is searched.
    /// An inode that is in neither is gone. Nothing is looked at but directories.</summary>
    public void SetAgain(HashSet<ulong> inodes)
    {
        Search(files.StoreDirectory, ".links"u8, inodes);
        if (inodes.Count == 0)
            return;
        var entries = new DirectoryEntries();
        using var listed = new OpenedDirectory(files.Layout.PhysicalStoreDir);
        entries.Read(listed.Descriptor, files.Layout.PhysicalStoreDir);
        for (var i = 0; i < entries.Count && inodes.Count > 0; i++)
        {
            if (inodes.Remove(entries.Inode(i)))
                SetByName(files.StoreDirectory, entries.Name(i));
            if (entries.Type(i) is DirectoryEntries.DirectoryType && !entries.Name(i).SequenceEqual(".links"u8))
                Search(files.StoreDirectory, entries.Name(i), inodes);
        }
    }

    /// <summary>Sets all bits that are missing in an object. Answers how many were; 0 where there is no such object.</summary>
    public int SetBelow(byte[] name) => SetBelow(files.StoreDirectory, name);

    private int SetBelow(int parent, ReadOnlySpan<byte> name)
    {
        var found = Syscalls.Status(parent, name, out var status);
        if (found < 0 || status.IsSymlink)
            return 0;
        var count = 0;
        if (status.IsDirectory)
        {
            var directory = Check(Syscalls.Open(parent, name, Syscalls.ReadOnly | Syscalls.Directory), "open", name);
            try
            {
                var entries = new DirectoryEntries();
                entries.Read(directory, Show(name));
                for (var i = 0; i < entries.Count; i++)
                    count += SetBelow(directory, entries.Name(i));
            }
            finally
            {
                Syscalls.Close(directory);
            }
        }
        if (status.IsImmutable)
            return count;
        SetByName(parent, name);
        return count + 1;
    }

    private void Search(int parent, ReadOnlySpan<byte> name, HashSet<ulong> inodes)
    {
        var directory = Check(Syscalls.Open(parent, name, Syscalls.ReadOnly | Syscalls.Directory), "open", name);
        try
        {
            var entries = new DirectoryEntries();
            entries.Read(directory, Show(name));
            for (var i = 0; i < entries.Count && inodes.Count > 0; i++)
            {
                if (inodes.Remove(entries.Inode(i)))
                    SetByName(directory, entries.Name(i));
                if (entries.Type(i) is DirectoryEntries.DirectoryType)
                    Search(directory, entries.Name(i), inodes);
            }
        }
        finally
        {
            Syscalls.Close(directory);
        }
    }

    private void SetByName(int parent, ReadOnlySpan<byte> name)
    {
        var opened = Syscalls.Open(parent, name, Syscalls.ReadOnly | Syscalls.NonBlocking);
        if (opened == -Errno.SymlinkLoop)
            return;
        Check(opened, "open", name);
        try
        {
            Check(Syscalls.Status(opened, out var status), "look at", name);
            Set(opened, status, name);
        }
        finally
        {
            Syscalls.Close(opened);
        }
    }

    /// <summary>A directory was opened up for a change in it: its mode and time go back too.</summary>
    private void Set(int opened, in FileStatus status, ReadOnlySpan<byte> name)
    {
        if (status.IsImmutable)
            return;
        if (status.IsDirectory)
        {
            Check(Syscalls.ChangeMode(opened, ObjectModes.Directory), "change the mode of", name);
            Check(Syscalls.ResetTime(opened), "set the time of", name);
        }
        var set = InodeFlags.Change(opened, isImmutable: true);
        if (files.UsesImmutableBit)
            Check(set, "make immutable", name);
    }

    private static int Check(int result, string operation, ReadOnlySpan<byte> name) =>
        result < 0 ? throw Errno.Exception(-result, operation, Show(name)) : result;

    private static string Show(ReadOnlySpan<byte> name) => ByteString.FromBytes(name).ToString();
}
