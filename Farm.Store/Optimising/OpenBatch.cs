using Farm.Store.Actors;
using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.Locking;
using Farm.Store.Native;

namespace Farm.Store.Optimising;

/// <summary>Opens the files of a batch and hashes them. They stay open until it is disposed of.</summary>
/// <remarks>A file with one name is known to be unchanged by its time of change, which nobody can set back; it gets its bit when it
/// is linked, or loses its inode. One with several names is touched whenever another of them is worked on: the bit of that is set
/// before it is hashed, so that it cannot be written to any more.</remarks>
internal sealed class OpenBatch(StoreFiles files, KnownInodes known, OptimiseTally tally, FileBatch batch) : IDisposable
{
    private readonly List<Opened> _opened = new(batch.Names.Count);

    private sealed record Opened(byte[] Name, int Descriptor, FileStatus Status);

    private int Directory => batch.Directory?.Descriptor ?? files.StoreDirectory;

    /// <summary>The files that may be shared; the others are counted.</summary>
    public async Task<List<LinkCandidate>> HashAsync(CancellationToken ct)
    {
        var candidates = new List<LinkCandidate>(batch.Names.Count);
        foreach (var name in batch.Names)
        {
            if (Open(name) is { } symlink)
                candidates.Add(symlink);
        }
        if (_opened.Exists(IsToFreeze))
            await FreezeAsync().ConfigureAwait(false);
        foreach (var file in _opened)
        {
            ct.ThrowIfCancellationRequested();
            if (LinkContent.TryHash(file.Descriptor, file.Status, out var hash))
            {
                tally.CountHashed(file.Status.SizeBytes);
                candidates.Add(
                    new(
                        Directory,
                        file.Name,
                        hash,
                        file.Status.SizeBytes,
                        IsSymlink: false,
                        file.Status,
                        file.Descriptor
                    )
                );
            }
            else
            {
                tally.CountKept(KeptReason.Changed);
            }
        }
        return candidates;
    }

    public void Dispose()
    {
        foreach (var file in _opened)
            Syscalls.Close(file.Descriptor);
        _opened.Clear();
    }

    /// <summary>Opens a file; a symbolic link is hashed at once.</summary>
    private LinkCandidate? Open(byte[] name)
    {
        var descriptor = Syscalls.Open(Directory, name, Syscalls.ReadOnly | Syscalls.NonBlocking);
        if (descriptor == -Errno.SymlinkLoop)
            return Symlink(name);
        if (descriptor == -Errno.NoEntry)
            return null;
        Errno.Check(descriptor, "open", Show(name));
        if (
            Errno.Check(Syscalls.Status(descriptor, out var status), "look at", Show(name)) == 0
            && IsWanted(name, status)
        )
        {
            _opened.Add(new(name, descriptor, status));
            return null;
        }
        Syscalls.Close(descriptor);
        return null;
    }

    private bool IsWanted(byte[] name, in FileStatus status)
    {
        if (known.Contains(status.Inode))
            return false;
        if (LinkContent.IsCanonical(status))
            return true;
        tally.CountSuspicious(Show(name));
        return false;
    }

    private LinkCandidate? Symlink(byte[] name)
    {
        if (Syscalls.Status(Directory, name, out var status) < 0 || !status.IsSymlink || known.Contains(status.Inode))
            return null;
        if (!status.IsStoreTime)
        {
            tally.CountSuspicious(Show(name));
            return null;
        }
        Span<byte> target = stackalloc byte[Nar.NarLimits.TargetBytes + 1];
        var length = Errno.Check(Syscalls.ReadLink(Directory, name, target), "read the link", Show(name));
        tally.CountHashed(length);
        return new(Directory, name, FileHasher.OfSymlink(target[..length]), length, IsSymlink: true, status);
    }

    private bool IsToFreeze(Opened file) => files.UsesImmutableBit && file.Status is { IsImmutable: false, Links: > 1 };

    private async Task FreezeAsync()
    {
        var key = new PathLockKey.Path(batch.Path);
        await files.UnderLockAsync(key, new Freezing(this)).ConfigureAwait(false);
    }

    private async Task FreezeUnderLockAsync()
    {
        if (!LinkBatch.IsThere(files, batch))
            return;
        for (var i = 0; i < _opened.Count; i++)
        {
            var file = _opened[i];
            if (!IsToFreeze(file))
                continue;
            var key = new PathLockKey.Inode(file.Status.Inode);
            var set = await files.UnderLockAsync(key, new SetBit(file.Descriptor)).ConfigureAwait(false);
            Errno.Check(set, "make immutable", Show(file.Name));
            Errno.Check(Syscalls.Status(file.Descriptor, out var status), "look at", Show(file.Name));
            _opened[i] = file with { Status = status };
        }
    }

    private string Show(byte[] name) =>
        $"{batch.Directory?.Shown ?? files.Layout.PhysicalStoreDir}/{ByteString.FromBytes(name)}";

    /// <summary>Under the path's lock.</summary>
    private sealed record Freezing(OpenBatch Batch) : IPathOperation<bool>
    {
        public async Task<bool> RunAsync()
        {
            await Batch.FreezeUnderLockAsync().ConfigureAwait(false);
            return true;
        }
    }

    /// <summary>Under the inode's lock.</summary>
    private sealed record SetBit(int Descriptor) : IPathOperation<int>
    {
        public Task<int> RunAsync() => Task.FromResult(InodeFlags.Change(Descriptor, isImmutable: true));
    }
}
