using Farm.Store.Hashing;
using Farm.Store.Native;

namespace Farm.Store.Local;

/// <summary>Makes in a stage what a walk over someone's files meets.</summary>
/// <param name="isOurs">The files are ours to change: one that its owner may not read is made readable.</param>
/// <param name="owner">Whose all of it must be; null for anybody's. Source: the ownership that Nix's <c>canonicalisePathMetaData</c> asks for.</param>
internal sealed class SourceCopier(TreeRestorer restorer, bool isOurs = false, uint? owner = null) : TreeObserver
{
    public override bool Unreadable(int parent, ReadOnlySpan<byte> name) =>
        isOurs
        && Syscalls.Status(parent, name, out var status) == 0
        && !status.IsSymlink
        && Syscalls.ChangeMode(parent, name, status.Permissions | 0x140) == 0;

    public override void BeginDirectory(ReadOnlySpan<byte> name, int directory, in FileStatus status)
    {
        CheckOwner(name, status);
        restorer.BeginDirectory(name);
    }

    public override void EndDirectory() => restorer.EndDirectory();

    public override void BeginFile(ReadOnlySpan<byte> name, int file, in FileStatus status)
    {
        CheckOwner(name, status);
        restorer.BeginFile(name, status.IsExecutable, status.SizeBytes);
    }

    public override void Contents(ReadOnlySpan<byte> bytes) => restorer.Contents(bytes);

    public override void EndFile() => restorer.EndFile();

    public override void Symlink(
        int parent,
        ReadOnlySpan<byte> nameInParent,
        ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> target,
        in FileStatus status
    )
    {
        CheckOwner(name, status);
        restorer.Symlink(name, target);
    }

    private void CheckOwner(ReadOnlySpan<byte> name, in FileStatus status)
    {
        if (owner is { } user && status.User != user)
            throw new StoreException.UnsupportedFile(
                name.IsEmpty ? "the output itself" : ByteString.FromBytes(name).ToString(),
                $"belongs to the user {status.User} and not to its builder, {user}"
            );
    }
}
