using Farm.Store.Actors;
using Farm.Store.Native;

namespace Farm.Store.Local;

/// <summary>Puts a link to an equal file in a file's place. Runs under the locks of the link and of the equal file's inode, whose
/// immutable bit is lifted meanwhile, and of the file's own inode where that has other names.</summary>
/// <remarks>The link's content is known by its hash before. The file that is replaced is kept aside until the bit is set again and
/// neither has been written to in between; else it comes back.</remarks>
internal sealed record ReplaceByLink(Stage Stage, LinkCandidate File, byte[] Link) : IPathOperation<LinkOutcome>
{
    private StoreFiles Files => Stage.Files;

    private byte[] LinkPath => [.. StoreFiles.LinksPrefix, .. Link];

    public Task<LinkOutcome> RunAsync() => Task.FromResult(File.IsSymlink ? ReplaceSymlink() : ReplaceFile());

    private LinkOutcome ReplaceSymlink()
    {
        Check(Syscalls.Status(Files.LinksDirectory, Link, out var known), "look at");
        return LinkContent.IsSymlink(Files, Link, known, File.Hash) ? Replace(-1, 0) : LinkOutcome.CorruptLink.Instance;
    }

    private LinkOutcome ReplaceFile()
    {
        const int flags = Syscalls.ReadOnly | Syscalls.NonBlocking;
        var shared = Syscalls.Open(Files.LinksDirectory, Link, flags);
        if (shared == -Errno.SymlinkLoop)
            return LinkOutcome.CorruptLink.Instance;
        Check(shared, "open");
        try
        {
            Check(Syscalls.Status(shared, out var known), "look at");
            if (Files.UsesImmutableBit && known is { IsImmutable: false, IsRegular: true })
            {
                Check(InodeFlags.Change(shared, isImmutable: true), "make immutable");
                Check(Syscalls.Status(shared, out known), "look at");
            }
            if (!LinkContent.IsFile(Files, shared, known, File.Hash))
                return LinkOutcome.CorruptLink.Instance;
            using var note = known.IsImmutable ? Files.Record.Note(known.Inode, LinkPath) : default;
            long had = 0;
            var lifted = known.IsImmutable ? InodeFlags.Lift(shared, out had) : 0;
            return lifted < 0 ? Kept(lifted, "make mutable") : Replace(shared, had);
        }
        finally
        {
            Syscalls.Close(shared);
        }
    }

    /// <param name="shared">The equal file, whose bit is lifted; -1 for a symbolic link.</param>
    /// <param name="flags">All flags that it had.</param>
    private LinkOutcome Replace(int shared, long flags)
    {
        using var note = File.Seen is { IsImmutable: true } seen ? Files.Record.Note(seen.Inode) : default;
        byte[]? aside = null;
        int error;
        try
        {
            error = PutLink(out aside);
        }
        finally
        {
            if (shared >= 0 && Files.UsesImmutableBit)
                Check(InodeFlags.SetAgain(shared, flags), "make immutable");
        }
        if (aside is null)
            return Kept(error, "replace");
        var looked =
            shared >= 0
                ? Syscalls.Status(shared, out var after)
                : Syscalls.Status(Files.LinksDirectory, Link, out after);
        Check(looked, "look at");
        Check(Syscalls.Status(Stage.Directory, aside, out var own), "look at");
        var isLinkGood = after.SizeBytes == File.SizeBytes && after.IsStoreTime;
        if (!isLinkGood || !File.IsStill(own))
            return PutBack(aside, isLinkGood, shared);
        Files.Trust.Record(File.Hash, after);
        Check(Syscalls.Unlink(Stage.Directory, aside), "remove");
        return new LinkOutcome.Replaced(own.Links == 1 ? own.SizeBytes : 0, own.Links == 1);
    }

    /// <summary>Lets a link take the file's name. Answers under which name the file is aside; null with the error where it stays.</summary>
    private int PutLink(out byte[]? aside)
    {
        aside = null;
        if (File.Seen is { IsImmutable: true })
            FileFreezer.TryLift(File);
        var temporary = Stage.NewLinkName();
        var error = Syscalls.Link(Files.LinksDirectory, Link, Stage.Directory, temporary);
        if (error < 0)
            return error;
        error = Exchange(temporary, out aside);
        if (error == -Errno.NotPermitted && FileFreezer.TryLift(File))
            error = Exchange(temporary, out aside);
        if (aside is null)
            Check(Syscalls.Unlink(Stage.Directory, temporary), "remove");
        return error;
    }

    private int Exchange(byte[] temporary, out byte[]? aside)
    {
        aside = null;
        var error = Syscalls.Exchange(Stage.Directory, temporary, File.Directory, File.Name.Span);
        if (error == 0)
        {
            aside = temporary;
            return 0;
        }
        if (error is not (-Errno.InvalidArgument or -Errno.NotImplemented or -Errno.NotSupported))
            return error;
        var second = Stage.NewLinkName();
        error = Syscalls.Link(File.Directory, File.Name.Span, Stage.Directory, second);
        if (error < 0)
            return error;
        error = Syscalls.Rename(Stage.Directory, temporary, File.Directory, File.Name.Span);
        if (error == 0)
            aside = second;
        else
            Check(Syscalls.Unlink(Stage.Directory, second), "remove");
        return error;
    }

    private LinkOutcome PutBack(byte[] aside, bool isLinkGood, int shared)
    {
        if (shared >= 0 && Files.UsesImmutableBit)
            Check(InodeFlags.Change(shared, isImmutable: false), "make mutable");
        try
        {
            Check(Syscalls.Rename(Stage.Directory, aside, File.Directory, File.Name.Span), "put back");
        }
        finally
        {
            if (shared >= 0 && Files.UsesImmutableBit)
                Check(InodeFlags.Change(shared, isImmutable: true), "make immutable");
        }
        if (!isLinkGood)
            return LinkOutcome.CorruptLink.Instance;
        FileFreezer.Freeze(Files, File);
        return new LinkOutcome.Kept(KeptReason.Changed);
    }

    private LinkOutcome.Kept Kept(int error, string operation)
    {
        if (KeptReasons.Of(-error) is not { } reason)
            throw Errno.Exception(-error, operation, File.Shown);
        return File.IsStill(FileFreezer.Freeze(Files, File)) ? new(reason) : new(KeptReason.Changed);
    }

    private void Check(int result, string operation) => Errno.Check(result, operation, File.Shown);
}
