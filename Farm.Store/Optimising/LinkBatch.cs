using Farm.Store.Actors;
using Farm.Store.Local;
using Farm.Store.Locking;
using Farm.Store.Native;

namespace Farm.Store.Optimising;

/// <summary>Shares the hashed files of a batch. Runs under the path's lock. Their directory is writable meanwhile, and as every
/// directory of a store path is again at the end, also where something failed.</summary>
internal sealed record LinkBatch(
    Stage Stage,
    KnownInodes Known,
    OptimiseTally Tally,
    FileBatch Batch,
    IReadOnlyList<LinkCandidate> Candidates
) : IPathOperation<bool>
{
    private const uint OwnerWrite = 0x80;

    private StoreFiles Files => Stage.Files;

    public async Task<bool> RunAsync()
    {
        if (!IsThere(Files, Batch))
            return false;
        if (Batch.Directory is { } directory)
            await InDirectoryAsync(directory).ConfigureAwait(false);
        else
            await LinkAllAsync().ConfigureAwait(false);
        return true;
    }

    /// <summary>Whether the path's object is still the one that was walked over.</summary>
    public static bool IsThere(StoreFiles files, FileBatch batch) =>
        Syscalls.Status(files.StoreDirectory, StoreLayout.Bytes(batch.Path), out var now) == 0
        && now.IsSameFile(batch.Root);

    private async Task InDirectoryAsync(SharedDirectory directory)
    {
        Check(Syscalls.Status(directory.Descriptor, out var status), "look at", directory);
        using var note = status.IsImmutable ? Files.Record.Note(status.Inode) : default;
        if (status.IsImmutable)
            Check(InodeFlags.Change(directory.Descriptor, isImmutable: false), "make mutable", directory);
        try
        {
            if ((status.Permissions & OwnerWrite) == 0)
                Check(Syscalls.ChangeMode(directory.Descriptor, status.Permissions | OwnerWrite), "open", directory);
            await LinkAllAsync().ConfigureAwait(false);
        }
        finally
        {
            Check(Syscalls.ChangeMode(directory.Descriptor, status.Permissions & ~OwnerWrite), "close", directory);
            Check(Syscalls.ResetTime(directory.Descriptor), "set the time of", directory);
            if (Files.UsesImmutableBit)
                Check(InodeFlags.Change(directory.Descriptor, isImmutable: true), "make immutable", directory);
        }
    }

    private Task LinkAllAsync() => Task.WhenAll(Candidates.Select(LinkAsync));

    private async Task LinkAsync(LinkCandidate file)
    {
        var key = new PathLockKey.Link(file.Hash);
        var outcome = await Files.UnderLockAsync(key, new LinkFile(Stage, file)).ConfigureAwait(false);
        Tally.Count(outcome);
        if (outcome is LinkOutcome.Added or LinkOutcome.Already && file.Seen is { } seen)
            Known.Add(seen.Inode);
    }

    private static void Check(int result, string operation, SharedDirectory directory) =>
        Errno.Check(result, operation, directory.Shown);
}
