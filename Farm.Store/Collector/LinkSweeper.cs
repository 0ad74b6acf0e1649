using System.Text;
using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.Locking;
using Farm.Store.Native;

namespace Farm.Store.Collector;

/// <summary>Removes from <c>.links</c> what no store path shares any more.</summary>
/// <remarks>All links are looked at without a lock; the few that seem unused are looked at again under theirs, and removed.</remarks>
internal sealed class LinkSweeper(StoreFiles files)
{
    private const int InOnePart = 4096;
    private const int InOneBatch = 64;

    public async Task<SweepReport> SweepAsync(IProgress<CollectProgress>? progress, CancellationToken ct)
    {
        var names = await Task.Run(Names, ct).ConfigureAwait(false);
        var (removed, bytes, saved, done) = (0L, 0L, 0L, 0L);
        await Parallel
            .ForEachAsync(
                names.Chunk(InOnePart),
                ct,
                async (part, stop) =>
                {
                    var (unused, saving) = Look(part);
                    Interlocked.Add(ref saved, saving);
                    foreach (var batch in unused.Chunk(InOneBatch))
                    {
                        stop.ThrowIfCancellationRequested();
                        var swept = await SweepBatchAsync(batch).ConfigureAwait(false);
                        Interlocked.Add(ref removed, swept.Links);
                        Interlocked.Add(ref bytes, swept.Bytes);
                    }
                    progress?.Report(new CollectProgress.Sweeping(Interlocked.Add(ref done, part.Length), names.Count));
                }
            )
            .ConfigureAwait(false);
        return new(removed, bytes, saved - OwnBytes());
    }

    private Task<(long Links, long Bytes)> SweepBatchAsync(Sha256Digest[] batch)
    {
        PathLockKey[] keys = [.. batch.Select(hash => new PathLockKey.Link(hash)).Order()];
        return files.Locks.RunAsync(keys, new SweepLinks(files, batch));
    }

    /// <summary>Those that have no other name, and what the others save.</summary>
    private (List<Sha256Digest> Unused, long SavedBytes) Look(Sha256Digest[] part)
    {
        var unused = new List<Sha256Digest>();
        var saved = 0L;
        foreach (var hash in part)
        {
            if (Syscalls.Status(files.LinksDirectory, StoreLayout.Bytes(hash), out var status) < 0)
                continue; // Another has removed it.
            if (status.Links == 1)
                unused.Add(hash);
            else
                saved += (status.Links - 2) * status.SizeBytes;
        }
        return (unused, saved);
    }

    private List<Sha256Digest> Names()
    {
        var entries = new DirectoryEntries();
        using var listed = new OpenedDirectory(files.Layout.LinksDir);
        entries.Read(listed.Descriptor, files.Layout.LinksDir);
        var names = new List<Sha256Digest>(entries.Count);
        for (var i = 0; i < entries.Count; i++)
        {
            if (Sha256Digest.TryParse(Encoding.ASCII.GetString(entries.Name(i)), out var name))
                names.Add(name);
        }
        return names;
    }

    /// <summary>What the directory itself takes.</summary>
    private long OwnBytes() => Syscalls.Status(files.LinksDirectory, out var status) < 0 ? 0 : status.SizeBytes;
}
