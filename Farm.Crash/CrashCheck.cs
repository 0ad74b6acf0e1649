using Farm.Store.Collector;
using Farm.Store.Integrity;
using Farm.Store.Local;

namespace Farm.Crash;

/// <summary>Looks at all that a store's killed owners have left.</summary>
internal sealed class CrashCheck(CrashWorld world, LocalStore store, Damage damage)
{
    public int PathsRead { get; private set; }

    public int RootsFollowed { get; private set; }

    /// <summary>Answers what is wrong, each in a few words; repairs what was damaged on purpose.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken ct)
    {
        var repair = new StoreRepairSource(store, await world.OpenCacheAsync(ct));
        var report = await new StoreVerifier(store).VerifyAsync(new(CheckContents: true, repair), null, ct);
        PathsRead = report.Paths;
        return
        [
            .. report.Findings.Where(finding => !damage.Explains(finding)).Select(finding => $"{finding}"),
            .. damage.Paths.Count > 0 ? await FindingsAsync(ct) : [],
            .. Directory.GetFileSystemEntries(world.Layout.PhysicalStoreDir, "tmp-*"),
            .. await DanglingRootsAsync(ct),
        ];
    }

    /// <summary>Deletes what no root keeps, after which nothing may be left over. Answers how much was.</summary>
    /// <exception cref="InvalidOperationException">Something is, or is wrong.</exception>
    public async Task<long> CollectAsync(CancellationToken ct)
    {
        var request = new CollectRequest.Collect();
        var collected = await new GarbageCollector(store, store.Collector).CollectAsync(request, null, ct);
        var report = await new StoreVerifier(store).VerifyAsync(new(CheckContents: true), null, ct);
        if (report.Unregistered > 0 || !report.Findings.IsEmpty)
            throw new InvalidOperationException(
                $"After a collection {report.Unregistered} objects are left over; {string.Join("; ", report.Findings)}"
            );
        return collected.DeletedLeftovers;
    }

    private async Task<IEnumerable<string>> FindingsAsync(CancellationToken ct)
    {
        var report = await new StoreVerifier(store).VerifyAsync(new(CheckContents: true), null, ct);
        return report.Findings.Select(finding => $"{finding} after the repair");
    }

    /// <summary>A root leads to a valid path, but where that was removed on purpose and nothing referred to it: that root goes.</summary>
    private async Task<IReadOnlyList<string>> DanglingRootsAsync(CancellationToken ct)
    {
        var dangling = new List<string>();
        foreach (var link in Links(CrashWorld.RootsFolder).Concat(IndirectLinks()))
        {
            var path = store.StoreDir.ParsePath(Target(link));
            RootsFollowed++;
            if (await store.QueryAsync(path, ct) is not null)
                continue;
            if (damage.Paths.Contains(path))
                File.Delete(link);
            else
                dangling.Add($"the root {link} leads to {path}, which is not valid");
        }
        return dangling;
    }

    private string[] Links(string folder)
    {
        var directory = $"{world.Layout.RootsDir}/{folder}";
        return Directory.Exists(directory) ? Directory.GetFileSystemEntries(directory) : [];
    }

    /// <summary>Those that are there: what a link in <c>auto</c> leads to may be removed by anyone, here too; the next collection then
    /// removes that link.</summary>
    private IEnumerable<string> IndirectLinks() =>
        Links("auto").Select(Target).Distinct().Where(link => new FileInfo(link).LinkTarget is not null);

    private static string Target(string link) =>
        new FileInfo(link).LinkTarget ?? throw new InvalidOperationException($"'{link}' is no link.");
}
