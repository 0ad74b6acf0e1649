using Farm.Store.Native;

namespace Farm.Store.Local;

/// <summary>The immutable bit of a candidate for sharing.</summary>
internal static class FileFreezer
{
    /// <summary>Sets the bit where the store uses it, and tells what the file is then.</summary>
    public static FileStatus Freeze(StoreFiles files, LinkCandidate file)
    {
        FileStatus status;
        if (!files.UsesImmutableBit || file.IsSymlink)
        {
            Errno.Check(Syscalls.Status(file.Directory, file.Name.Span, out status), "look at", file.Shown);
            return status;
        }
        const int flags = Syscalls.ReadOnly | Syscalls.NonBlocking;
        var opened = Errno.Check(Syscalls.Open(file.Directory, file.Name.Span, flags), "open", file.Shown);
        try
        {
            Errno.Check(InodeFlags.Change(opened, isImmutable: true), "make immutable", file.Shown);
            Errno.Check(Syscalls.Status(opened, out status), "look at", file.Shown);
            return status;
        }
        finally
        {
            Syscalls.Close(opened);
        }
    }

    /// <summary>Lifts the bit where there is one. Answers whether there was one and it could be lifted.</summary>
    public static bool TryLift(LinkCandidate file) =>
        !file.IsSymlink
        && Syscalls.Status(file.Directory, file.Name.Span, out var status) == 0
        && status.IsImmutable
        && InodeFlags.Change(file.Directory, file.Name.Span, isImmutable: false) == 0;
}
