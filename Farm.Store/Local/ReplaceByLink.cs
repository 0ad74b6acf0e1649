using Farm.Store.Actors;
using Farm.Store.Hashing;
using Farm.Store.Native;

namespace Farm.Store.Local;

/// <summary>Puts a link to an equal file in a file's place. Runs under the lock of the equal file's inode, whose immutable bit is
/// lifted meanwhile. Answers false where the file system refuses another link.</summary>
internal sealed record ReplaceByLink(Stage Stage, LinkCandidate File, byte[] Link) : IPathOperation<bool>
{
    private StoreFiles Files => Stage.Files;

    private byte[] LinkPath => [.. StoreFiles.LinksPrefix, .. Link];

    public Task<bool> RunAsync()
    {
        if (File.IsSymlink)
            return Task.FromResult(Replace());
        var shared = Check(Syscalls.Open(Files.LinksDirectory, Link, Syscalls.ReadOnly | Syscalls.NonBlocking), "open");
        try
        {
            Check(Syscalls.Status(shared, out var status), "look at");
            using var note = Files.UsesImmutableBit ? Files.Record.Note(status.Inode, LinkPath) : default;
            if (status.IsImmutable)
                Check(InodeFlags.Change(shared, isImmutable: false), "make mutable");
            try
            {
                return Task.FromResult(Replace());
            }
            finally
            {
                if (Files.UsesImmutableBit)
                    Check(InodeFlags.Change(shared, isImmutable: true), "make immutable");
            }
        }
        finally
        {
            Syscalls.Close(shared);
        }
    }

    private bool Replace()
    {
        var temporary = Stage.NewLinkName();
        var linked = Syscalls.Link(Files.LinksDirectory, Link, Stage.Directory, temporary);
        if (LinkFile.IsRefusal(-linked))
            return Kept();
        Check(linked, "link");
        var renamed = Syscalls.Rename(Stage.Directory, temporary, File.Directory, File.Name.Span);
        if (renamed < 0)
        {
            Check(Syscalls.Unlink(Stage.Directory, temporary), "remove");
            if (LinkFile.IsRefusal(-renamed))
                return Kept();
            Check(renamed, "replace");
        }
        Files.Counters.CountReplaced(File.SizeBytes);
        return true;
    }

    private bool Kept()
    {
        Files.Counters.CountKept();
        return false;
    }

    private int Check(int result, string operation) =>
        Errno.Check(result, operation, ByteString.FromBytes(File.Name.Span).ToString());
}
