using System.Text;
using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.Native;

namespace Farm.Store.Integrity;

/// <summary>The files in <c>.links</c> by their inodes, and which of them were checked. For many at once.</summary>
internal sealed class LinkIndex
{
    private const int Open = 0;
    private const int Claimed = 1;
    private const int Checked = 2;

    private readonly Dictionary<ulong, int> _byInode = [];
    private readonly List<Sha256Digest> _names = [];
    private readonly int[] _states;

    private LinkIndex(DirectoryEntries entries)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            if (!Sha256Digest.TryParse(Encoding.ASCII.GetString(entries.Name(i)), out var name))
                Foreign.Add(Encoding.UTF8.GetString(entries.Name(i)));
            else if (_byInode.TryAdd(entries.Inode(i), _names.Count))
                _names.Add(name);
        }
        _states = new int[_names.Count];
    }

    /// <summary>Names that are no hash.</summary>
    public List<string> Foreign { get; } = [];

    public int Count => _names.Count;

    /// <exception cref="StoreException.FileSystem">The directory cannot be read.</exception>
    public static LinkIndex Read(StoreFiles files)
    {
        var entries = new DirectoryEntries();
        using var listed = new OpenedDirectory(files.Layout.LinksDir);
        entries.Read(listed.Descriptor, files.Layout.LinksDir);
        return new(entries);
    }

    public Sha256Digest Name(int link) => _names[link];

    /// <summary>The link that is this inode; -1 where none is.</summary>
    public int Find(ulong inode) => _byInode.GetValueOrDefault(inode, -1);

    /// <summary>As <see cref="Find"/>, but -1 too where another has checked it or is about to.</summary>
    public int TryClaim(ulong inode) =>
        Find(inode) is >= 0 and var link && Interlocked.CompareExchange(ref _states[link], Claimed, Open) == Open
            ? link
            : -1;

    public void SetChecked(int link) => Volatile.Write(ref _states[link], Checked);

    /// <summary>Those that nobody has checked to the end.</summary>
    public IEnumerable<Sha256Digest> Unchecked() => _names.Where((_, link) => _states[link] != Checked);
}
