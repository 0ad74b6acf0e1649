using Farm.Store.Hashing;
using Farm.Store.Native;

namespace Farm.Store.Local;

/// <summary>Waits until a tree of files is on the disk: each file and symbolic link with its directory, directories after what is in them.</summary>
/// <remarks>Source: Nix's <c>fsync-store-paths</c>.</remarks>
internal static class TreeSync
{
    public static void Run(int parent, ReadOnlySpan<byte> name)
    {
        var opened = Syscalls.Open(parent, name, Syscalls.ReadOnly | Syscalls.NonBlocking);
        if (opened == -Errno.SymlinkLoop)
            return; // It is in its directory's block.
        Check(opened, "open", name);
        try
        {
            Check(Syscalls.Status(opened, out var status), "look at", name);
            if (status.IsDirectory)
            {
                var entries = new DirectoryEntries();
                entries.Read(opened, Show(name));
                for (var i = 0; i < entries.Count; i++)
                    Run(opened, entries.Name(i));
            }
            Check(Syscalls.Sync(opened), "write to the disk", name);
        }
        finally
        {
            Syscalls.Close(opened);
        }
    }

    private static void Check(int result, string operation, ReadOnlySpan<byte> name)
    {
        if (result < 0)
            throw Errno.Exception(-result, operation, Show(name));
    }

    private static string Show(ReadOnlySpan<byte> name) => ByteString.FromBytes(name).ToString();
}
