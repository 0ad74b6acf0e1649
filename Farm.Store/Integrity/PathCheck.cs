using System.Collections.Concurrent;
using Farm.Store.Actors;
using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.Locking;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Store.Integrity;

/// <summary>Checks one path after the other, on several threads at once.</summary>
internal sealed class PathCheck(
    StoreFiles files,
    StoreRecords records,
    LinkIndex links,
    bool repairs,
    ConcurrentQueue<VerifyFinding> findings
)
{
    /// <summary>Names in <c>.links</c> whose contents seemed other; not yet looked at again under their locks.</summary>
    public ConcurrentBag<Sha256Digest> CorruptLinks { get; } = [];

    /// <summary>Answers what is wrong with the contents, after telling the findings about metadata; null where they are right.</summary>
    /// <remarks>A path that seems wrong may be one that is being deleted, or made anew: it is looked at again under its lock.</remarks>
    public async Task<VerifyFinding?> RunAsync(PathInfo info, CancellationToken ct)
    {
        var look = await LookAsync(info, ct).ConfigureAwait(false);
        if (look.Fault is not null || look.NotCanonical is not null)
        {
            var again = new LookAgain(() => LookAgainAsync(info, ct));
            if (
                await files.UnderLockAsync(new PathLockKey.Path(info.Path), again).ConfigureAwait(false) is not { } sure
            )
                return null;
            look = sure;
        }
        if (look.Unrecorded is var (hash, sizeBytes))
            await FillInAsync(info.Path, hash, sizeBytes).ConfigureAwait(false);
        if (look.Fault is null)
            await TellMetadataAsync(info.Path, look).ConfigureAwait(false);
        return look.Fault;
    }

    /// <param name="Fault">Of the contents; null where there is none.</param>
    /// <param name="Unrecorded">Hash and size where none are recorded.</param>
    /// <param name="NotCanonical">The first file with other metadata.</param>
    /// <param name="NotCanonicalCount">How many there are.</param>
    /// <param name="NotImmutable">Files that lack the bit.</param>
    private sealed record Look(
        VerifyFinding? Fault,
        (Sha256Digest Hash, long SizeBytes)? Unrecorded,
        (ByteString File, string What)? NotCanonical,
        int NotCanonicalCount,
        IReadOnlyList<FileFault> NotImmutable
    );

    private sealed record LookAgain(Func<Task<Look?>> LookAsync) : IPathOperation<Look?>
    {
        public Task<Look?> RunAsync() => LookAsync();
    }

    private async Task<Look?> LookAgainAsync(PathInfo info, CancellationToken ct) =>
        await IsStillValidAsync(info, ct).ConfigureAwait(false)
            ? await LookAsync(info, ct).ConfigureAwait(false)
            : null;

    private async Task<Look> LookAsync(PathInfo info, CancellationToken ct)
    {
        using var observer = new CheckingObserver(files, links, StoreLayout.Bytes(info.Path));
        VerifyFinding? fault = null;
        (Sha256Digest, long)? unrecorded = null;
        try
        {
            var (hash, sizeBytes) = await PathReader.ReadAsync(files, info, observer, ct).ConfigureAwait(false);
            if (info.NarHash == Sha256Digest.Zero || (info.NarSizeBytes == 0 && info.NarHash == hash))
                unrecorded = (hash, sizeBytes);
            else if (info.NarHash != hash || info.NarSizeBytes != sizeBytes)
                fault = new VerifyFinding.Changed(info.Path, info.NarHash, hash);
        }
        catch (Exception error) when (error is StoreException.FileSystem or StoreException.UnsupportedFile)
        {
            fault = new VerifyFinding.Unreadable(info.Path) { Reason = error.Message };
        }
        foreach (var link in observer.CorruptLinks)
            CorruptLinks.Add(link);
        return new(fault, unrecorded, observer.NotCanonical, observer.NotCanonicalCount, observer.NotImmutable);
    }

    /// <summary>A path that was deleted lacks files, and that is right; what was made anew with other contents is not ours to judge.</summary>
    private async Task<bool> IsStillValidAsync(PathInfo info, CancellationToken ct)
    {
        var now = await records.QueryAsync(info.Path, ct).ConfigureAwait(false);
        return now is not null && now.NarHash == info.NarHash;
    }

    private async Task FillInAsync(StorePath path, Sha256Digest hash, long sizeBytes)
    {
        if (await records.SetContentsAsync(path, hash, sizeBytes).ConfigureAwait(false))
            findings.Enqueue(new VerifyFinding.NotRecorded(path) { IsMended = true });
    }

    private async Task TellMetadataAsync(StorePath path, Look look)
    {
        if (look.NotCanonical is var (file, what))
            findings.Enqueue(new VerifyFinding.NotCanonical(path, file.ToString(), what, look.NotCanonicalCount));
        var missing = new List<FileFault>();
        foreach (var fault in look.NotImmutable)
        {
            // The bit of a file without other names is lifted under its path's lock alone.
            PathLockKey[] keys = fault.IsDirectory
                ? [new PathLockKey.Path(path)]
                : [new PathLockKey.Path(path), new PathLockKey.Inode(fault.Inode)];
            if (await files.Locks.RunAsync(keys, new CheckBit(files, fault, repairs)).ConfigureAwait(false))
                missing.Add(fault);
        }
        if (missing.Count > 0)
            findings.Enqueue(
                new VerifyFinding.NotImmutable(path, missing[0].File.ToString(), missing.Count) { IsMended = repairs }
            );
    }
}
