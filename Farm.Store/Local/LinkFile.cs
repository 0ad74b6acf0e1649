using Farm.Store.Actors;
using Farm.Store.Locking;
using Farm.Store.Native;

namespace Farm.Store.Local;

/// <summary>Shares a file with the equal one in <c>.links</c>, or makes it the first there; then sets its immutable bit. Runs under
/// the link's lock; of a file that is in the store already also under that of its path.</summary>
/// <remarks>Where the file system refuses another link (directory full, too many links, no permission) the copy stays, and is counted.
/// A link whose content is not what its name says is removed. Source: Nix's <c>libstore/optimise-store.cc</c>.</remarks>
internal sealed record LinkFile(Stage Stage, LinkCandidate File) : IPathOperation<LinkOutcome>
{
    private StoreFiles Files => Stage.Files;

    public async Task<LinkOutcome> RunAsync()
    {
        var link = StoreLayout.Bytes(File.Hash);
        var outcome = await TryAsync(link).ConfigureAwait(false);
        if (outcome is LinkOutcome.CorruptLink)
        {
            Files.Counters.CountCorrupt();
            Files.Trust.Forget(File.Hash);
            await TreeRemover.RemoveAsync(Files, Files.LinksDirectory, link).ConfigureAwait(false);
            outcome = await TryAsync(link).ConfigureAwait(false);
        }
        Files.Counters.Count(outcome);
        return outcome;
    }

    private Task<LinkOutcome> TryAsync(byte[] link)
    {
        FileStatus own = default;
        if (File.Seen is { } seen && !(IsThere(out own) && IsAsSeen(seen, own)))
            return Task.FromResult<LinkOutcome>(new LinkOutcome.Kept(KeptReason.Changed));
        var found = Syscalls.Status(Files.LinksDirectory, link, out var known);
        if (found == -Errno.NoEntry)
            return UnderInodesAsync(null, new AddLink(Files, File, link));
        Errno.Check(found, "look at", File.Shown);
        if (File.Seen is null)
            Errno.Check(Syscalls.Status(File.Directory, File.Name.Span, out own), "look at", File.Shown);
        if (own.IsSameFile(known))
        {
            if (!own.IsImmutable)
                FileFreezer.Freeze(Files, File);
            return Task.FromResult<LinkOutcome>(LinkOutcome.Already.Instance);
        }
        return UnderInodesAsync(known, new ReplaceByLink(Stage, File, link));
    }

    /// <summary>Whether a file of the store is still what was hashed. One with several names is touched whenever another of them
    /// is linked or deleted, so of that only what its content is told by is compared.</summary>
    private bool IsAsSeen(in FileStatus seen, in FileStatus now) =>
        seen.Links > 1 ? File.IsStill(now) : now.IsUntouchedSince(seen);

    private bool IsThere(out FileStatus status) => Syscalls.Status(File.Directory, File.Name.Span, out status) == 0;

    /// <summary>Runs it under the locks of all inodes whose bits it changes and whose other names somebody else may work on.</summary>
    private Task<LinkOutcome> UnderInodesAsync(FileStatus? shared, IPathOperation<LinkOutcome> operation)
    {
        var keys = new List<PathLockKey>(2);
        if (shared is { IsSymlink: false } link)
            keys.Add(new PathLockKey.Inode(link.Inode));
        if (File is { IsSymlink: false, Seen: { Links: > 1 } seen } && seen.Inode != shared?.Inode)
            keys.Add(new PathLockKey.Inode(seen.Inode));
        keys.Sort();
        return keys.Count == 0 ? operation.RunAsync() : Files.Locks.RunAsync(keys, operation);
    }
}
