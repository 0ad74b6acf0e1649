using Farm.Store.Local;
using Farm.Store.Native;
using Farm.Store.Paths;

namespace Farm.Store.Optimising;

/// <summary>Goes through the files of one store path that are not known to share their content.</summary>
internal sealed class FileWalk(StoreFiles files, KnownInodes known, StorePath path)
{
    /// <summary>The files, in batches. Whoever takes a batch disposes of its directory. None where the path has gone meanwhile.</summary>
    public IEnumerable<FileBatch> Batches()
    {
        var name = StoreLayout.Bytes(path);
        var found = Syscalls.Status(files.StoreDirectory, name, out var root);
        if (found == -Errno.NoEntry)
            return [];
        Errno.Check(found, "look at", Shown);
        if (!root.IsDirectory)
            return known.Contains(root.Inode) ? [] : [new FileBatch(path, root, null, [name])];
        var opened = Syscalls.Open(files.StoreDirectory, name, Syscalls.ReadOnly | Syscalls.Directory);
        return opened == -Errno.NoEntry ? [] : In(root, new(Errno.Check(opened, "open", Shown), Shown));
    }

    private string Shown => files.Layout.ToPhysical(path);

    private IEnumerable<FileBatch> In(FileStatus root, SharedDirectory top)
    {
        var waiting = new Stack<SharedDirectory>([top]);
        try
        {
            while (waiting.TryPop(out var directory))
            {
                using (directory)
                {
                    var entries = new DirectoryEntries();
                    entries.Read(directory.Descriptor, directory.Shown);
                    var names = new List<byte[]>();
                    for (var i = 0; i < entries.Count; i++)
                    {
                        if (IsDirectory(directory, entries, i))
                            Enter(directory, entries.Name(i).ToArray(), waiting);
                        else if (!known.Contains(entries.Inode(i)))
                            names.Add(entries.Name(i).ToArray());
                        if (names.Count < FileBatch.MostFiles)
                            continue;
                        yield return new(path, root, directory.Share(), names);
                        names = [];
                    }
                    if (names.Count > 0)
                        yield return new(path, root, directory.Share(), names);
                }
            }
        }
        finally
        {
            while (waiting.TryPop(out var left))
                left.Dispose();
        }
    }

    private static bool IsDirectory(SharedDirectory directory, DirectoryEntries entries, int index) =>
        entries.Type(index) == DirectoryEntries.DirectoryType
        || (
            entries.Type(index) == DirectoryEntries.UnknownType
            && Syscalls.Status(directory.Descriptor, entries.Name(index), out var status) == 0
            && status.IsDirectory
        );

    private static void Enter(SharedDirectory directory, byte[] name, Stack<SharedDirectory> waiting)
    {
        var shown = $"{directory.Shown}/{Hashing.ByteString.FromBytes(name)}";
        var opened = Syscalls.Open(directory.Descriptor, name, Syscalls.ReadOnly | Syscalls.Directory);
        if (opened != -Errno.NoEntry)
            waiting.Push(new(Errno.Check(opened, "open", shown), shown));
    }
}
