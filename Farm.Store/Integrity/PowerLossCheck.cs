using Farm.Store.Local;
using Farm.Store.Native;
using Farm.Store.Paths;

namespace Farm.Store.Integrity;

/// <summary>After the machine went down: reads again what had become valid shortly before, and withdraws what is not whole.</summary>
/// <remarks>
/// The kernel writes what was written to the disk within <see cref="s_window"/> at the latest; the database's log may have got
/// there before the files. When the machine went down is not known, but it was not before the youngest change of a valid
/// object that is found now: what is older than that by the window is on the disk. A change is told by the kernel's own time of the
/// object's root, not by the registration time, which may be copied from another store.
/// </remarks>
internal sealed class PowerLossCheck(StoreFiles files, StoreRecords records)
{
    /// <summary>Linux lets written pages wait 30 s, and looks every 5 s; four times that for a slow disk.</summary>
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(140);

    /// <summary>Answers how many paths were made invalid: the broken, and with them those that refer to them.</summary>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var all = await records.AskAsync(queries => queries.AllValid(), ct).ConfigureAwait(false);
        var changed = all.Select(path => (Path: path, Seconds: ChangedSeconds(path))).ToList();
        var youngest = changed.Max(item => item.Seconds) ?? 0;
        var atRisk = changed.Where(item => item.Seconds is not { } at || at >= youngest - s_window.TotalSeconds);
        var withdrawn = new HashSet<StorePath>();
        foreach (var (path, _) in atRisk)
        {
            if (!await IsWholeAsync(path, ct).ConfigureAwait(false))
                await WithdrawAsync(path, withdrawn, ct).ConfigureAwait(false);
        }
        return withdrawn.Count;
    }

    private long? ChangedSeconds(StorePath path) =>
        Syscalls.Status(files.StoreDirectory, StoreLayout.Bytes(path), out var status) < 0
            ? null
            : status.ChangedSeconds;

    private async Task<bool> IsWholeAsync(StorePath path, CancellationToken ct)
    {
        if (await records.QueryAsync(path, ct).ConfigureAwait(false) is not { } info)
            return true;
        try
        {
            var (hash, sizeBytes) = await NarDump.HashAsync(files.Layout.ToPhysical(path), ct).ConfigureAwait(false);
            return sizeBytes == info.NarSizeBytes && hash == info.NarHash;
        }
        catch (StoreException error) when (error is StoreException.FileSystem or StoreException.UnsupportedFile)
        {
            return false;
        }
    }

    /// <summary>Referrers first, as the database demands. The files are left to who adds the path again, or to the collector.</summary>
    private async Task WithdrawAsync(StorePath path, HashSet<StorePath> withdrawn, CancellationToken ct)
    {
        var referrers = await records.AskAsync(queries => queries.Referrers(path), ct).ConfigureAwait(false);
        foreach (var referrer in referrers.Remove(path))
            await WithdrawAsync(referrer, withdrawn, ct).ConfigureAwait(false);
        if (await records.InvalidateAsync(path).ConfigureAwait(false))
            withdrawn.Add(path);
    }
}
