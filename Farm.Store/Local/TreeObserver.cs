using Farm.Store.Native;

namespace Farm.Store.Local;

/// <summary>Follows a walk over a tree of files, in NAR order. Spans are good during the call only.</summary>
internal abstract class TreeObserver
{
    /// <summary>An object was met that cannot be opened as it is. Answers whether it is worth another try.</summary>
    public virtual bool Unreadable(int parent, ReadOnlySpan<byte> name) => false;

    /// <param name="name">Empty for the root.</param>
    /// <param name="directory">The open directory.</param>
    /// <param name="status">As it was found.</param>
    public abstract void BeginDirectory(ReadOnlySpan<byte> name, int directory, in FileStatus status);

    public abstract void EndDirectory();

    /// <param name="name">Empty for the root.</param>
    /// <param name="file">The open file.</param>
    /// <param name="status">As it was found.</param>
    public abstract void BeginFile(ReadOnlySpan<byte> name, int file, in FileStatus status);

    public abstract void Contents(ReadOnlySpan<byte> bytes);

    public abstract void EndFile();

    /// <param name="parent">The open directory that it is in.</param>
    /// <param name="nameInParent">Its name there; of the root too.</param>
    /// <param name="name">Empty for the root.</param>
    /// <param name="target">Where it points.</param>
    /// <param name="status">As it was found.</param>
    public abstract void Symlink(
        int parent,
        ReadOnlySpan<byte> nameInParent,
        ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> target,
        in FileStatus status
    );
}
