using Farm.Store.Native;

namespace Farm.Store.Local;

/// <summary>Makes in a stage what a walk over someone's files meets.</summary>
/// <param name="isOurs">The files are ours to change: one that its owner may not read is made readable.</param>
/// <param name="output">The output that they are, whose owner is checked; null where they are none, or it has been checked.</param>
internal sealed class SourceCopier(TreeRestorer restorer, bool isOurs = false, BuiltOutput? output = null)
    : TreeObserver
{
    public override bool Unreadable(int parent, ReadOnlySpan<byte> name) =>
        isOurs
        && Syscalls.Status(parent, name, out var status) == 0
        && !status.IsSymlink
        && Syscalls.ChangeMode(parent, name, status.Permissions | 0x140) == 0;

    public override void BeginDirectory(ReadOnlySpan<byte> name, int directory, in FileStatus status)
    {
        output?.RequireOwner(name, status);
        restorer.BeginDirectory(name);
    }

    public override void EndDirectory() => restorer.EndDirectory();

    public override void BeginFile(ReadOnlySpan<byte> name, int file, in FileStatus status)
    {
        output?.RequireOwner(name, status);
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
        output?.RequireOwner(name, status);
        restorer.Symlink(name, target);
    }
}
