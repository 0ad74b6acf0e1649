using Farm.Store.Native;

namespace Farm.Store.Local;

/// <summary>Shows a hasher the contents of the root file, and says whether the root is one; passes all on.</summary>
internal sealed class RootContents(ContentHasher hasher, TreeObserver inner) : TreeObserver
{
    private int _depth;

    /// <summary>Whether the root is a regular file that may not be run.</summary>
    public bool IsPlainFile { get; private set; }

    public override bool Unreadable(int parent, ReadOnlySpan<byte> name) => inner.Unreadable(parent, name);

    public override void BeginDirectory(ReadOnlySpan<byte> name, int directory, in FileStatus status)
    {
        _depth++;
        inner.BeginDirectory(name, directory, status);
    }

    public override void EndDirectory()
    {
        _depth--;
        inner.EndDirectory();
    }

    public override void BeginFile(ReadOnlySpan<byte> name, int file, in FileStatus status)
    {
        IsPlainFile = _depth == 0 && !status.IsExecutable;
        inner.BeginFile(name, file, status);
    }

    public override void Contents(ReadOnlySpan<byte> bytes)
    {
        if (_depth == 0)
            hasher.Contents(bytes);
        inner.Contents(bytes);
    }

    public override void EndFile() => inner.EndFile();

    public override void Symlink(
        int parent,
        ReadOnlySpan<byte> nameInParent,
        ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> target,
        in FileStatus status
    ) => inner.Symlink(parent, nameInParent, name, target, status);
}
