using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.Native;

namespace Farm.Store.Integrity;

/// <summary>Looks at the metadata of what is walked over, and hashes those files whose name in <c>.links</c> nobody has checked yet,
/// from the same bytes: no file is read for that alone.</summary>
internal sealed class CheckingObserver(StoreFiles files, LinkIndex links, byte[] root) : TreeObserver, IDisposable
{
    private readonly FileHasher _hasher = new();
    private readonly List<byte> _path = [.. root];
    private readonly Stack<int> _lengths = new();
    private int _link = -1;

    /// <summary>What should be immutable and was not when it was met.</summary>
    public List<FileFault> NotImmutable { get; } = [];

    /// <summary>The first with another mode, time or owner, and what is wrong with it.</summary>
    public (ByteString File, string What)? NotCanonical { get; private set; }

    public int NotCanonicalCount { get; private set; }

    /// <summary>Names in <c>.links</c> that their contents do not have.</summary>
    public List<Sha256Digest> CorruptLinks { get; } = [];

    /// <summary>Inodes of the files here that have other names.</summary>
    public List<ulong> Shared { get; } = [];

    public override void BeginDirectory(ReadOnlySpan<byte> name, int directory, in FileStatus status)
    {
        _lengths.Push(_path.Count);
        Append(name);
        Look(status, status.Permissions == ObjectModes.Executable);
    }

    public override void EndDirectory() => Shorten(_lengths.Pop());

    public override void BeginFile(ReadOnlySpan<byte> name, int file, in FileStatus status)
    {
        var length = _path.Count;
        Append(name);
        Look(status, status.Permissions is ObjectModes.File or ObjectModes.Executable);
        Shorten(length);
        if (status.Links < 2)
            return;
        Shared.Add(status.Inode);
        _link = links.TryClaim(status.Inode);
        if (_link >= 0)
            _hasher.BeginFile(status.IsExecutable, status.SizeBytes);
    }

    public override void Contents(ReadOnlySpan<byte> bytes)
    {
        if (_link >= 0)
            _hasher.Contents(bytes);
    }

    public override void EndFile()
    {
        if (_link >= 0)
            EndLink(_link, _hasher.EndFile());
        _link = -1;
    }

    public override void Symlink(
        int parent,
        ReadOnlySpan<byte> nameInParent,
        ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> target,
        in FileStatus status
    )
    {
        var length = _path.Count;
        Append(name);
        Look(status, isModeRight: true);
        Shorten(length);
        if (status.Links > 1 && links.TryClaim(status.Inode) is >= 0 and var link)
            EndLink(link, FileHasher.OfSymlink(target));
    }

    public void Dispose() => _hasher.Dispose();

    private void EndLink(int link, Sha256Digest found)
    {
        if (found != links.Name(link))
            CorruptLinks.Add(links.Name(link));
        links.SetChecked(link);
    }

    private void Look(in FileStatus status, bool isModeRight)
    {
        if (files.UsesImmutableBit && !status.IsImmutable && !status.IsSymlink)
            NotImmutable.Add(new(status.Inode, ByteString.FromBytes([.. _path]), status.IsDirectory));
        var isTimeRight = status is { ModifiedSeconds: 1, ModifiedNanoseconds: 0 };
        var isOwnerRight = status.User == files.User;
        if (isModeRight && isTimeRight && isOwnerRight)
            return;
        NotCanonicalCount++;
        NotCanonical ??= (
            ByteString.FromBytes([.. _path]),
            !isModeRight ? $"has mode {Convert.ToString(status.Permissions, 8)}"
            : !isTimeRight ? $"was modified at {status.ModifiedSeconds}, not at 1"
            : $"belongs to user {status.User}, not {files.User}"
        );
    }

    private void Append(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty)
            return;
        _path.Add((byte)'/');
        _path.AddRange(name);
    }

    private void Shorten(int length) => _path.RemoveRange(length, _path.Count - length);
}
