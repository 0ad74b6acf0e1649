using Farm.Store.Native;

namespace Farm.Store.Local;

/// <summary>The immutable bit of a candidate for sharing.</summary>
internal static class FileFreezer
{
    /// <summary>Sets the bit where the store uses it, and tells what is then under the file's name.</summary>
    public static FileStatus Freeze(StoreFiles files, LinkCandidate file) =>
        Freeze(files, file, file.Directory, file.Name.Span);

    /// <summary>As <see cref="Freeze(StoreFiles, LinkCandidate)"/>, of what has another name by now.</summary>
    public static FileStatus Freeze(StoreFiles files, LinkCandidate file, int directory, ReadOnlySpan<byte> name)
    {
        if (files.UsesImmutableBit && !file.IsSymlink)
            Errno.Check(Change(file, directory, name, isImmutable: true), "make immutable", file.Shown);
        Errno.Check(Syscalls.Status(directory, name, out var status), "look at", file.Shown);
        return status;
    }

    /// <summary>Lifts the bit where there is one. Answers whether there was one and it could be lifted.</summary>
    public static bool TryLift(LinkCandidate file) =>
        !file.IsSymlink
        && (file.Seen is { IsImmutable: true } || IsImmutable(file))
        && Change(file, file.Directory, file.Name.Span, isImmutable: false) == 0;

    private static bool IsImmutable(LinkCandidate file) =>
        Syscalls.Status(file.Directory, file.Name.Span, out var status) == 0 && status.IsImmutable;

    private static int Change(LinkCandidate file, int directory, ReadOnlySpan<byte> name, bool isImmutable) =>
        file.Descriptor >= 0
            ? InodeFlags.Change(file.Descriptor, isImmutable)
            : InodeFlags.Change(directory, name, isImmutable);
}
