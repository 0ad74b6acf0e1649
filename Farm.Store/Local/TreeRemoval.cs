using Farm.Store.Hashing;
using Farm.Store.Integrity;
using Farm.Store.Native;

namespace Farm.Store.Local;

/// <summary>Removes trees of files that belong to nobody else any more, whatever immutable bits are set in them.</summary>
/// <remarks>
/// A file goes at once, unless it is immutable and has other names: the bit belongs to those too. Such files are put together
/// and removed many at a time, under locks; their directories go after them.
/// </remarks>
/// <param name="files">The store's.</param>
/// <param name="parent">Descriptor of the directory that the trees are in.</param>
/// <param name="links">What is in <c>.links</c>, so that a link goes with the last file that shares it; null to leave links alone.</param>
internal sealed class TreeRemoval(StoreFiles files, int parent, LinkIndex? links = null)
{
    private const int MostWaiting = 4096;
    private const int MostInBatch = 32;
    private const int LongestPathBytes = 2048;

    private readonly List<SharedName> _shared = [];
    private readonly List<byte[]> _directories = [];

    /// <summary>What is removed so far.</summary>
    public RemovedFiles Removed { get; private set; }

    /// <summary>Takes an object to remove it; nothing happens where there is none of the name.</summary>
    public Task AddAsync(byte[] name) => RemoveAsync(parent, name, name);

    /// <summary>Removes what is left of the objects taken.</summary>
    public async Task CompleteAsync()
    {
        var removing = _shared.OrderBy(name => name.Inode).Chunk(MostInBatch).Select(RemoveSharedAsync).ToList();
        _shared.Clear();
        foreach (var removed in await Task.WhenAll(removing).ConfigureAwait(false))
            Removed += removed;
        foreach (var directory in _directories)
            Check(Syscalls.RemoveDirectory(parent, directory), "remove the directory", directory);
        _directories.Clear();
    }

    /// <param name="directory">Descriptor of what holds the object.</param>
    /// <param name="name">In that directory.</param>
    /// <param name="path">From the parent.</param>
    private async Task RemoveAsync(int directory, byte[] name, byte[] path)
    {
        var found = Syscalls.Status(directory, name, out var status);
        if (found == -Errno.NoEntry)
            return;
        Check(found, "look at", path);
        if (!status.IsDirectory)
            RemoveFile(directory, name, path, status);
        else if (path.Length > LongestPathBytes)
            await RemoveDeepAsync(directory, name).ConfigureAwait(false);
        else
            await EmptyAsync(directory, name, path, status).ConfigureAwait(false);
    }

    private void RemoveFile(int directory, byte[] name, byte[] path, in FileStatus status)
    {
        if (status.Links <= 2)
            Removed += new RemovedFiles(status.SizeBytes);
        if (status is { IsImmutable: true, Links: 1 })
            Check(InodeFlags.Change(directory, name, isImmutable: false), "make mutable", path);
        var removed = status is { IsImmutable: true, Links: > 1 }
            ? -Errno.NotPermitted
            : Syscalls.Unlink(directory, name);
        // Who works on another name of a mutable file may set its bit meanwhile.
        if (removed == -Errno.NotPermitted && status is { IsRegular: true, Links: > 1 })
            _shared.Add(new(path, status.Inode, LinkOf(status.Inode)));
        else
            Check(removed, "remove", path);
    }

    private async Task EmptyAsync(int directory, byte[] name, byte[] path, FileStatus status)
    {
        var opened = TreeRemover.OpenUp(directory, name, status);
        try
        {
            var entries = new DirectoryEntries();
            entries.Read(opened, Show(path));
            for (var i = 0; i < entries.Count; i++)
                await RemoveAsync(opened, entries.Name(i).ToArray(), [.. path, (byte)'/', .. entries.Name(i)])
                    .ConfigureAwait(false);
        }
        finally
        {
            Syscalls.Close(opened);
        }
        _directories.Add(path);
        if (_shared.Count + _directories.Count > MostWaiting)
            await CompleteAsync().ConfigureAwait(false);
    }

    /// <summary>The kernel takes no path of any length: what is deep is removed from where it is.</summary>
    private async Task RemoveDeepAsync(int directory, byte[] name)
    {
        var below = new TreeRemoval(files, directory, links);
        await below.AddAsync(name).ConfigureAwait(false);
        await below.CompleteAsync().ConfigureAwait(false);
        Removed += below.Removed;
    }

    private Task<RemovedFiles> RemoveSharedAsync(SharedName[] batch)
    {
        var remove = new RemoveSharedFiles(files, parent, batch);
        return files.Locks.RunAsync(remove.Keys, remove);
    }

    private Sha256Digest? LinkOf(ulong inode) => links?.Find(inode) is >= 0 and var link ? links.Name(link) : null;

    private static void Check(int result, string operation, byte[] path)
    {
        if (result < 0)
            throw Errno.Exception(-result, operation, Show(path));
    }

    private static string Show(byte[] path) => ByteString.FromBytes(path).ToString();
}
