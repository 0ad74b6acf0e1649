using System.Collections.Concurrent;
using Farm.Store.Local;
using Farm.Store.Locking;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Store.Integrity;

/// <summary>Valid paths without files: those that nothing valid refers to become invalid, referrers first; the others are repaired.</summary>
internal sealed class MissingPaths(
    StoreFiles files,
    StoreRecords records,
    IReadOnlyDictionary<StorePath, PathInfo> missing,
    ConcurrentQueue<VerifyFinding> findings
)
{
    private readonly HashSet<StorePath> _seen = [];
    private readonly List<PathInfo> _inUse = [];

    public async Task RunAsync(IRepairSource? repair, CancellationToken ct)
    {
        foreach (var path in missing.Keys)
            await WithdrawAsync(path, ct).ConfigureAwait(false);
        foreach (var info in _inUse)
        {
            var finding = new VerifyFinding.Missing(info.Path);
            findings.Enqueue(
                repair is null
                    ? finding with
                    {
                        Reason = "valid paths refer to it",
                    }
                    : await PathRepair.TryAsync(repair, info, finding, ct).ConfigureAwait(false)
            );
        }
    }

    private async Task WithdrawAsync(StorePath path, CancellationToken ct)
    {
        if (!_seen.Add(path))
            return;
        var referrers = await records.AskAsync(queries => queries.Referrers(path), ct).ConfigureAwait(false);
        foreach (var referrer in referrers.Where(missing.ContainsKey))
            await WithdrawAsync(referrer, ct).ConfigureAwait(false);
        var withdraw = new WithdrawMissing(files, records, path);
        switch (await files.UnderLockAsync(new PathLockKey.Path(path), withdraw).ConfigureAwait(false))
        {
            case true:
                findings.Enqueue(new VerifyFinding.Missing(path) { IsMended = true });
                break;
            case false:
                _inUse.Add(missing[path]);
                break;
            default:
                break;
        }
    }
}
