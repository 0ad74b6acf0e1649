using Farm.Store.Actors;
using Farm.Store.Hashing;
using Farm.Store.Locking;
using Farm.Store.Native;

namespace Farm.Store.Local;

/// <summary>Removes names of immutable files that have others, under the locks of their inodes: lifts the bit, and sets it again for the
/// names that remain. Where only the one in <c>.links</c> would remain, and is known, it goes too, under its own lock.</summary>
/// <remarks>So the bit of a file that nobody needs any more is changed once, not three times.</remarks>
/// <param name="Files">The store's.</param>
/// <param name="Parent">Descriptor of the directory that the names are relative to.</param>
/// <param name="Names">Few; what else is to be done under the same locks waits.</param>
internal sealed record RemoveSharedFiles(StoreFiles Files, int Parent, IReadOnlyList<SharedName> Names)
    : IPathOperation<RemovedFiles>
{
    public IReadOnlyList<PathLockKey> Keys { get; } = [.. Names.SelectMany(KeysOf).Distinct().Order()];

    /// <summary>Answers which links are gone. What the names themselves freed was counted when they were found.</summary>
    public Task<RemovedFiles> RunAsync()
    {
        var removed = new RemovedFiles();
        foreach (var name in Names)
            removed += Remove(name);
        return Task.FromResult(removed);
    }

    private static IEnumerable<PathLockKey> KeysOf(SharedName name)
    {
        if (name.Link is { } link)
            yield return new PathLockKey.Link(link);
        yield return new PathLockKey.Inode(name.Inode);
    }

    private RemovedFiles Remove(SharedName name)
    {
        var file = Check(Syscalls.Open(Parent, name.Path, Syscalls.ReadOnly | Syscalls.NonBlocking), "open", name);
        try
        {
            Check(Syscalls.Status(file, out var status), "look at", name);
            if (!status.IsImmutable)
                Check(Syscalls.Unlink(Parent, name.Path), "remove", name);
            else if (status.Links == 2 && name.Link is { } link && IsNameOf(link, status))
                return RemoveBoth(file, status, name, link);
            else
                RemoveOne(file, status, name);
            return default;
        }
        finally
        {
            Syscalls.Close(file);
        }
    }

    private bool IsNameOf(Sha256Digest link, in FileStatus status) =>
        Syscalls.Status(Files.LinksDirectory, StoreLayout.Bytes(link), out var known) == 0 && known.IsSameFile(status);

    private void RemoveOne(int file, in FileStatus status, SharedName name)
    {
        using var note = Files.Record.Note(status.Inode);
        Check(InodeFlags.Change(file, isImmutable: false), "make mutable", name);
        var removed = Syscalls.Unlink(Parent, name.Path);
        if (status.Links > 1)
            Check(InodeFlags.Change(file, isImmutable: true), "make immutable", name);
        Check(removed, "remove", name);
    }

    private RemovedFiles RemoveBoth(int file, in FileStatus status, SharedName name, Sha256Digest link)
    {
        var linkName = StoreLayout.Bytes(link);
        using var note = Files.Record.Note(status.Inode, [.. StoreFiles.LinksPrefix, .. linkName]);
        Check(InodeFlags.Change(file, isImmutable: false), "make mutable", name);
        Files.Trust.Forget(link);
        var removed = Syscalls.Unlink(Parent, name.Path);
        if (removed == 0)
            removed = Syscalls.Unlink(Files.LinksDirectory, linkName);
        if (removed < 0)
            Check(InodeFlags.Change(file, isImmutable: true), "make immutable", name);
        Check(removed, "remove", name);
        return new(0, Links: 1, status.SizeBytes);
    }

    private static int Check(int result, string operation, SharedName name) =>
        Errno.Check(result, operation, ByteString.FromBytes(name.Path).ToString());
}
