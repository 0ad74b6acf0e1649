using System.Collections.Concurrent;
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
    public async Task<VerifyFinding?> RunAsync(PathInfo info, CancellationToken ct)
    {
        using var observer = new CheckingObserver(files, links, StoreLayout.Bytes(info.Path));
        VerifyFinding? fault = null;
        try
        {
            var (hash, sizeBytes) = await PathReader.ReadAsync(files, info, observer, ct).ConfigureAwait(false);
            if (info.NarHash == Sha256Digest.Zero || (info.NarSizeBytes == 0 && info.NarHash == hash))
                await FillInAsync(info.Path, hash, sizeBytes).ConfigureAwait(false);
            else if (info.NarHash != hash || info.NarSizeBytes != sizeBytes)
                fault = new VerifyFinding.Changed(info.Path, info.NarHash, hash);
        }
        catch (Exception error) when (error is StoreException.FileSystem or StoreException.UnsupportedFile)
        {
            fault = new VerifyFinding.Unreadable(info.Path) { Reason = error.Message };
        }
        foreach (var link in observer.CorruptLinks)
            CorruptLinks.Add(link);
        if (fault is not null)
            return await IsStillValidAsync(info, ct).ConfigureAwait(false) ? fault : null;
        await TellMetadataAsync(info.Path, observer).ConfigureAwait(false);
        return null;
    }

    /// <summary>A path that was deleted while it was read lacks files, and that is right; so it is when it was made anew.</summary>
    private async Task<bool> IsStillValidAsync(PathInfo info, CancellationToken ct)
    {
        var now = await records.QueryAsync(info.Path, ct).ConfigureAwait(false);
        return now is not null && now.NarHash == info.NarHash && now.RegistrationTime == info.RegistrationTime;
    }

    private async Task FillInAsync(StorePath path, Sha256Digest hash, long sizeBytes)
    {
        if (await records.SetContentsAsync(path, hash, sizeBytes).ConfigureAwait(false))
            findings.Enqueue(new VerifyFinding.NotRecorded(path) { IsMended = true });
    }

    private async Task TellMetadataAsync(StorePath path, CheckingObserver observer)
    {
        if (observer.NotCanonical is var (file, what))
            findings.Enqueue(new VerifyFinding.NotCanonical(path, file.ToString(), what, observer.NotCanonicalCount));
        var missing = new List<FileFault>();
        foreach (var fault in observer.NotImmutable)
        {
            PathLockKey key = fault.IsDirectory ? new PathLockKey.Path(path) : new PathLockKey.Inode(fault.Inode);
            if (await files.UnderLockAsync(key, new CheckBit(files, fault, repairs)).ConfigureAwait(false))
                missing.Add(fault);
        }
        if (missing.Count > 0)
            findings.Enqueue(
                new VerifyFinding.NotImmutable(path, missing[0].File.ToString(), missing.Count) { IsMended = repairs }
            );
    }
}
