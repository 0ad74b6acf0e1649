using System.Text;
using Farm.Store.Native;

namespace Farm.Store.Local;

/// <summary>Removes a tree that others made, and that others may still change while it is removed.</summary>
/// <remarks>Works on open directories and follows no symbolic link, so that what is put in a directory's place meanwhile
/// is removed itself, never what it points to. Each directory is closed to all but its owner before it is read. What
/// lies deeper than <see cref="MostDepth"/> is moved up to the top first: neither descriptors nor the stack run out.
/// Compare CVE-2025-46415 of Nix.</remarks>
public static class UntrustedTree
{
    private const int MostDepth = 64;
    private const int IsDirectory = 21;

    /// <summary>Removes what is at a path; nothing happens where there is nothing. The directory it is in must be the
    /// caller's alone.</summary>
    /// <exception cref="StoreException">Something cannot be removed.</exception>
    public static void Remove(string path)
    {
        var name = Encoding.UTF8.GetBytes(path);
        if (TryUnlink(Syscalls.CurrentDirectory, name, path))
            return;
        _ = Empty(path);
        Errno.Check(Syscalls.RemoveDirectory(Syscalls.CurrentDirectory, name), "remove the directory", path);
    }

    /// <summary>Removes all that is in a directory, which stays, open to its owner alone.</summary>
    /// <returns>The size of the directory itself, in bytes: on some file systems it does not become smaller again.</returns>
    /// <exception cref="StoreException">It is no directory, or something cannot be removed.</exception>
    public static long Empty(string path)
    {
        var top = OpenDirectory(Syscalls.CurrentDirectory, Encoding.UTF8.GetBytes(path), path);
        try
        {
            var removal = new Removal(top, path);
            removal.Empty(top, 1);
            removal.EmptyMoved();
            Errno.Check(Syscalls.Status(top, out var status), "look at", path);
            return status.SizeBytes;
        }
        finally
        {
            Syscalls.Close(top);
        }
    }

    /// <returns>False where it is a directory.</returns>
    private static bool TryUnlink(int parent, ReadOnlySpan<byte> name, string shown)
    {
        var result = Syscalls.Unlink(parent, name);
        if (result == -IsDirectory)
            return false;
        if (result != -Errno.NoEntry)
            Errno.Check(result, "remove", shown);
        return true;
    }

    private static int OpenDirectory(int parent, ReadOnlySpan<byte> name, string shown)
    {
        const int flags = Syscalls.ReadOnly | Syscalls.Directory;
        var directory = Syscalls.Open(parent, name, flags);
        if (directory == -Errno.AccessDenied && Syscalls.ChangeMode(parent, name, ObjectModes.Private) == 0)
            directory = Syscalls.Open(parent, name, flags); // Root is never denied access; so nobody else's is opened.
        Errno.Check(directory, "open", shown);
        Errno.Check(Syscalls.ChangeMode(directory, ObjectModes.Private), "change the mode of", shown);
        return directory;
    }

    private sealed class Removal(int top, string shown)
    {
        private readonly Queue<byte[]> _moved = new();
        private int _count;

        public void Empty(int directory, int depth)
        {
            var entries = new DirectoryEntries();
            entries.Read(directory, shown);
            for (var i = 0; i < entries.Count; i++)
                RemoveEntry(directory, entries.Name(i), depth);
        }

        public void EmptyMoved()
        {
            while (_moved.TryDequeue(out var name))
                RemoveEntry(top, name, 1);
        }

        private void RemoveEntry(int parent, ReadOnlySpan<byte> name, int depth)
        {
            if (TryUnlink(parent, name, shown))
                return;
            var directory = OpenDirectory(parent, name, shown);
            try
            {
                if (depth < MostDepth)
                    Empty(directory, depth + 1);
            }
            finally
            {
                Syscalls.Close(directory);
            }
            if (depth < MostDepth)
                Errno.Check(Syscalls.RemoveDirectory(parent, name), "remove the directory", shown);
            else
                MoveUp(parent, name);
        }

        private void MoveUp(int parent, ReadOnlySpan<byte> name)
        {
            var upper = Encoding.ASCII.GetBytes($".deep-{_count++}");
            Errno.Check(Syscalls.Rename(parent, name, top, upper), "move up", shown);
            _moved.Enqueue(upper);
        }
    }
}
