using Farm.Store.Actors;
using Farm.Store.Hashing;
using Farm.Store.Native;

namespace Farm.Store.Local;

/// <summary>Removes one name of a file that has others, under the inode's lock: lifts the immutable bit, and sets it again
/// for the names that remain.</summary>
internal sealed record RemoveSharedFile(StoreFiles Files, int Parent, byte[] Name) : IPathOperation<bool>
{
    public Task<bool> RunAsync()
    {
        var file = Check(Syscalls.Open(Parent, Name, Syscalls.ReadOnly | Syscalls.NonBlocking), "open");
        try
        {
            Check(Syscalls.Status(file, out var status), "look at");
            if (status.IsImmutable)
                RemoveImmutable(file, status);
            else
                Check(Syscalls.Unlink(Parent, Name), "remove");
            return Task.FromResult(true);
        }
        finally
        {
            Syscalls.Close(file);
        }
    }

    private void RemoveImmutable(int file, in FileStatus status)
    {
        using var note = Files.Record.Note(status.Inode);
        Check(InodeFlags.Change(file, isImmutable: false), "make mutable");
        var removed = Syscalls.Unlink(Parent, Name);
        if (status.Links > 1)
            Check(InodeFlags.Change(file, isImmutable: true), "make immutable");
        Check(removed, "remove");
    }

    private int Check(int result, string operation) =>
        Errno.Check(result, operation, ByteString.FromBytes(Name).ToString());
}
