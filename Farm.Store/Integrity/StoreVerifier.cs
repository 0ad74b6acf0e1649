using System.Collections.Concurrent;
using System.Collections.Immutable;
using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.Locking;
using Farm.Store.PathInfos;

namespace Farm.Store.Integrity;

/// <summary>Compares a store with what is recorded of it, and repairs it where a source of good copies is given. Others may use the
/// store meanwhile: what seems wrong is looked at again under its lock, and a path that is deleted meanwhile is no fault.</summary>
/// <remarks>Source: Nix manual, <c>nix-store --verify</c>. Differences: several paths are read at once; a file that is in <c>.links</c> too is
/// read once for both; metadata and immutable bits are looked at.</remarks>
public sealed class StoreVerifier(LocalStore store)
{
    private readonly StoreFiles _files = store.Files;
    private readonly StoreRecords _records = store.Records;

    /// <param name="options">What is checked, and what repairs.</param>
    /// <param name="progress">Told after each path; may be called by several threads at once.</param>
    /// <param name="ct">Stops between two pieces; what is mended by then stays so.</param>
    /// <exception cref="StoreException">The store itself cannot be read. A path that cannot is a finding.</exception>
    public async Task<VerifyReport> VerifyAsync(
        VerifyOptions options,
        IProgress<VerifyProgress>? progress,
        CancellationToken ct
    )
    {
        var findings = new ConcurrentQueue<VerifyFinding>();
        foreach (var problem in await _records.AskAsync(RecordedContents.Problems, ct).ConfigureAwait(false))
            findings.Enqueue(new VerifyFinding.Database(problem));
        // What becomes valid later is not looked at; what is gone by the time of the names is looked at again.
        var valid = await _records.AskAsync(RecordedContents.All, ct).ConfigureAwait(false);
        var names = StoreNames.Read(_files);
        foreach (var other in names.Others)
            findings.Enqueue(new VerifyFinding.Foreign(ByteString.FromBytes(other).ToString()));
        var there = valid.Where(info => names.Objects.Contains(info.Path)).ToImmutableArray();
        var missing = valid.Where(info => !names.Objects.Contains(info.Path)).ToDictionary(info => info.Path);
        await new MissingPaths(_files, _records, missing, findings).RunAsync(options.Repair, ct).ConfigureAwait(false);
        var (links, bytes) = options.CheckContents
            ? await ReadAsync(there, options.Repair, progress, findings, ct).ConfigureAwait(false)
            : (0, 0L);
        var unregistered = names.Objects.Except(valid.Select(info => info.Path)).ToList();
        var stillNot = unregistered.Except(
            await _records.AskAsync(queries => queries.Valid(unregistered), ct).ConfigureAwait(false)
        );
        return new(valid.Length, bytes, links, stillNot.Count(), [.. findings]);
    }

    private async Task<(int Links, long Bytes)> ReadAsync(
        ImmutableArray<PathInfo> paths,
        IRepairSource? repair,
        IProgress<VerifyProgress>? progress,
        ConcurrentQueue<VerifyFinding> findings,
        CancellationToken ct
    )
    {
        var links = LinkIndex.Read(_files);
        foreach (var name in links.Foreign)
            findings.Enqueue(new VerifyFinding.Foreign($".links/{name}"));
        var total = paths.Sum(info => info.NarSizeBytes);
        var (done, bytes) = (0, 0L);
        var damaged = new ConcurrentQueue<(PathInfo Info, VerifyFinding Finding)>();
        var check = new PathCheck(_files, _records, links, repair is not null, findings);
        // The longest first, so that no one is left reading it alone at the end.
        await Parallel
            .ForEachAsync(
                paths.OrderByDescending(info => info.NarSizeBytes),
                ct,
                async (info, ct) =>
                {
                    if (await check.RunAsync(info, ct).ConfigureAwait(false) is { } finding)
                        damaged.Enqueue((info, finding));
                    var report = new VerifyProgress(
                        Interlocked.Increment(ref done),
                        paths.Length,
                        Interlocked.Add(ref bytes, info.NarSizeBytes),
                        total
                    );
                    progress?.Report(report);
                }
            )
            .ConfigureAwait(false);
        await CheckLinksAsync(links, check, ct).ConfigureAwait(false);
        await RemoveCorruptLinksAsync(check.CorruptLinks, repair is not null, findings).ConfigureAwait(false);
        foreach (var (info, finding) in damaged)
        {
            findings.Enqueue(
                repair is null ? finding : await PathRepair.TryAsync(repair, info, finding, ct).ConfigureAwait(false)
            );
        }
        return (links.Count, bytes);
    }

    /// <summary>Reads what no path has led to.</summary>
    private async Task CheckLinksAsync(LinkIndex links, PathCheck check, CancellationToken ct) =>
        await Parallel
            .ForEachAsync(
                links.Unchecked().ToList(),
                ct,
                async (name, _) =>
                {
                    var operation = new CheckLink(_files, name, Removes: false);
                    if (!await _files.UnderLockAsync(new PathLockKey.Link(name), operation).ConfigureAwait(false))
                        check.CorruptLinks.Add(name);
                }
            )
            .ConfigureAwait(false);

    private async Task RemoveCorruptLinksAsync(
        IEnumerable<Sha256Digest> names,
        bool removes,
        ConcurrentQueue<VerifyFinding> findings
    )
    {
        foreach (var name in names.Distinct())
        {
            var again = new CheckLink(_files, name, removes);
            if (!await _files.UnderLockAsync(new PathLockKey.Link(name), again).ConfigureAwait(false))
                findings.Enqueue(new VerifyFinding.CorruptLink(name) { IsMended = removes });
        }
    }
}
