using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Store.Locking;

/// <summary>What one lock guards. Locks are taken in this type's order: store paths, then links, then inodes.</summary>
/// <remarks>The immutable bit belongs to an inode, and all names of the inode feel it: those inside store paths and the one in
/// <c>.links</c>. A deleter knows the inode of a name but not its content's hash, so what touches a shared inode's bit
/// takes the inode's lock; what makes, replaces or removes a name in <c>.links</c> takes the link's.</remarks>
public abstract record PathLockKey : IComparable<PathLockKey>
{
    private PathLockKey() { }

    /// <summary>The files of one store path, and whether it is valid.</summary>
    public sealed record Path(StorePath StorePath) : PathLockKey;

    /// <summary>One name in <c>.links</c>.</summary>
    public sealed record Link(Sha256Digest Hash) : PathLockKey;

    /// <summary>The immutable bit of one file that has several names, and with it all of them.</summary>
    public sealed record Inode(ulong Number) : PathLockKey;

    public int CompareTo(PathLockKey? other) =>
        (this, other) switch
        {
            (_, null) => 1,
            (Path left, Path right) => left.StorePath.CompareTo(right.StorePath),
            (Link left, Link right) => left.Hash.CompareTo(right.Hash),
            (Inode left, Inode right) => left.Number.CompareTo(right.Number),
            _ => Rank.CompareTo(other.Rank),
        };

    private int Rank =>
        this switch
        {
            Path => 0,
            Link => 1,
            _ => 2,
        };
}
