using System.Globalization;
using System.Text;
using Farm.Store.Local;
using Farm.Store.Native;

namespace Farm.Store.Roots;

/// <summary>Reads the temporary roots of other processes.</summary>
/// <remarks>Shape: see <see cref="TempRootsFile"/>. What comes after the last NUL is not written to its end. Source: Nix's
/// <c>LocalStore::findTempRoots</c>.</remarks>
internal static class TempRootFiles
{
    /// <summary>All of them. Files whose processes have ended are removed.</summary>
    /// <exception cref="StoreException.FileSystem">A file cannot be read.</exception>
    public static IEnumerable<GcRoot> Find(StoreLayout layout)
    {
        var entries = new DirectoryEntries();
        var name = Encoding.UTF8.GetBytes(layout.TempRootsDir);
        var directory = Syscalls.Open(Syscalls.CurrentDirectory, name, Syscalls.ReadOnly | Syscalls.Directory);
        if (directory == -Errno.NoEntry)
            return [];
        Errno.Check(directory, "open", layout.TempRootsDir);
        try
        {
            entries.Read(directory, layout.TempRootsDir);
            var own = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
            var found = new List<GcRoot>();
            for (var i = 0; i < entries.Count; i++)
            {
                var file = Encoding.ASCII.GetString(entries.Name(i));
                if (file.TrimStart('.') != own)
                    found.AddRange(Read(layout, directory, file));
            }
            return found;
        }
        finally
        {
            Syscalls.Close(directory);
        }
    }

    private static List<GcRoot> Read(StoreLayout layout, int directory, string file)
    {
        var shown = $"{layout.TempRootsDir}/{file}";
        var name = Encoding.ASCII.GetBytes(file);
        var opened = Syscalls.Open(directory, name, Syscalls.ReadWrite);
        if (opened == -Errno.NoEntry)
            return [];
        Errno.Check(opened, "open", shown);
        try
        {
            if (FileLock.TryExclusive(opened, shown))
            {
                RemoveStale(directory, name, opened, shown);
                return [];
            }
            if (file.StartsWith('.'))
                return []; // About to replace the file without the dot, which still has all that is held.
            Errno.Check(WholeFile.Read(opened, out var contents), "read", shown);
            return Parse(layout, file, contents);
        }
        finally
        {
            FileLock.Release(opened);
            Syscalls.Close(opened);
        }
    }

    /// <summary>A process that has made the file just now, and has not locked it yet, sees that it is not empty and makes another.</summary>
    private static void RemoveStale(int directory, byte[] name, int opened, string shown)
    {
        Errno.Check(Syscalls.Status(opened, out var status), "look at", shown);
        if (status.Links == 0)
            return;
        _ = Syscalls.Unlink(directory, name);
        _ = Syscalls.Write(opened, "d"u8);
    }

    /// <summary>A record that is no path of this store keeps nothing.</summary>
    private static List<GcRoot> Parse(StoreLayout layout, string file, ReadOnlySpan<byte> records)
    {
        var roots = new List<GcRoot>();
        while (records.IndexOf((byte)0) is >= 0 and var end)
        {
            if (layout.StoreDir.TryParsePath(records[..end], out var path))
                roots.Add(new(path, $"{{temp:{file}}}", RootKind.Temporary));
            records = records[(end + 1)..];
        }
        return roots;
    }
}
