using Farm.Store.Actors;
using Farm.Store.Native;

namespace Farm.Store.Local;

/// <summary>Makes a file the first with its content. Runs under the link's lock, and under its inode's where that has other names.</summary>
/// <remarks>The bit is set before it is looked whether the file is still what was hashed: nothing is shared that is not.</remarks>
internal sealed record AddLink(StoreFiles Files, LinkCandidate File, byte[] Link) : IPathOperation<LinkOutcome>
{
    public Task<LinkOutcome> RunAsync() => Task.FromResult(Add());

    private LinkOutcome Add()
    {
        using var note = File.Seen is { IsImmutable: true } seen ? Files.Record.Note(seen.Inode) : default;
        var added = MakeLink();
        if (added == -Errno.NotPermitted && FileFreezer.TryLift(File))
            added = MakeLink();
        if (KeptReasons.Of(-added) is { } reason)
        {
            if (!File.IsStill(FileFreezer.Freeze(Files, File)))
                reason = KeptReason.Changed;
            return new LinkOutcome.Kept(reason);
        }
        Errno.Check(added, "link", File.Shown);
        // What is under the link's name is what was linked, whatever has come under the file's meanwhile.
        var after = FileFreezer.Freeze(Files, File, Files.LinksDirectory, Link);
        if (!File.IsStill(after))
            return TakeBack();
        Files.Trust.Record(File.Hash, after);
        return LinkOutcome.Added.Instance;
    }

    private int MakeLink() => Syscalls.Link(File.Directory, File.Name.Span, Files.LinksDirectory, Link);

    private LinkOutcome.Kept TakeBack()
    {
        FileFreezer.TryLift(File);
        Errno.Check(Syscalls.Unlink(Files.LinksDirectory, Link), "remove", File.Shown);
        FileFreezer.Freeze(Files, File);
        return new(KeptReason.Changed);
    }
}
