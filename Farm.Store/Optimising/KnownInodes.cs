using Farm.Store.Local;
using Farm.Store.Native;

namespace Farm.Store.Optimising;

/// <summary>Inodes that have a name in <c>.links</c>: their files share their content already and are not read.</summary>
internal sealed class KnownInodes
{
    private readonly HashSet<ulong> _inodes = [];
    private readonly Lock _gate = new();

    /// <summary>Reads the directory once; it tells the inodes without a look at each file.</summary>
    public static KnownInodes Load(StoreLayout layout)
    {
        var known = new KnownInodes();
        var entries = new DirectoryEntries();
        using var listed = new OpenedDirectory(layout.LinksDir);
        entries.Read(listed.Descriptor, layout.LinksDir);
        known._inodes.EnsureCapacity(entries.Count);
        for (var i = 0; i < entries.Count; i++)
            known._inodes.Add(entries.Inode(i));
        return known;
    }

    public bool Contains(ulong inode)
    {
        lock (_gate)
            return _inodes.Contains(inode);
    }

    public void Add(ulong inode)
    {
        lock (_gate)
            _inodes.Add(inode);
    }
}
