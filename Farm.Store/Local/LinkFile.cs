using Farm.Store.Actors;
using Farm.Store.Hashing;
using Farm.Store.Locking;
using Farm.Store.Native;

namespace Farm.Store.Local;

/// <summary>Shares a file that is not registered yet with the equal one in <c>.links</c>, or makes it the first there; then sets
/// its immutable bit. Runs under the link's lock. Answers whether the file is shared.</summary>
/// <remarks>Where the file system refuses another link (directory full, too many links, no permission) the copy stays, and is counted.
/// Source: Nix's <c>libstore/optimise-store.cc</c>.</remarks>
internal sealed record LinkFile(Stage Stage, LinkCandidate File) : IPathOperation<bool>
{
    private StoreFiles Files => Stage.Files;

    public async Task<bool> RunAsync()
    {
        var link = StoreLayout.Bytes(File.Hash);
        var found = Syscalls.Status(Files.LinksDirectory, link, out var known);
        if (found == 0 && known.SizeBytes != File.SizeBytes)
        {
            Files.Counters.CountCorrupt();
            await TreeRemover.RemoveAsync(Files, Files.LinksDirectory, link).ConfigureAwait(false);
            found = -Errno.NoEntry;
        }
        if (found == -Errno.NoEntry)
            return Add(link);
        Errno.Check(found, "look at", Show);
        Errno.Check(Syscalls.Status(File.Directory, File.Name.Span, out var own), "look at", Show);
        if (own.Inode == known.Inode)
            return Freeze(true);
        var replace = new ReplaceByLink(Stage, File, link);
        var isReplaced = File.IsSymlink
            ? await replace.RunAsync().ConfigureAwait(false)
            : await Files.UnderLockAsync(new PathLockKey.Inode(known.Inode), replace).ConfigureAwait(false);
        return isReplaced || Freeze(false);
    }

    private bool Add(byte[] link)
    {
        var added = Syscalls.Link(File.Directory, File.Name.Span, Files.LinksDirectory, link);
        if (IsRefusal(-added))
        {
            Files.Counters.CountKept();
            return Freeze(false);
        }
        Errno.Check(added, "link", Show);
        Files.Counters.CountAdded();
        return Freeze(true);
    }

    /// <summary>Sets the immutable bit of a file that is shared with nobody but its own link.</summary>
    private bool Freeze(bool isShared)
    {
        if (Files.UsesImmutableBit && !File.IsSymlink)
            Errno.Check(InodeFlags.Change(File.Directory, File.Name.Span, isImmutable: true), "make immutable", Show);
        return isShared;
    }

    public static bool IsRefusal(int error) =>
        error is Errno.NoSpace or Errno.TooManyLinks or Errno.NotPermitted or Errno.QuotaExceeded;

    private string Show => ByteString.FromBytes(File.Name.Span).ToString();
}
