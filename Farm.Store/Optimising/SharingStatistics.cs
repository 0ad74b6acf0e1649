using Farm.Store.Local;
using Farm.Store.Native;

namespace Farm.Store.Optimising;

/// <summary>What the sharing of equal files saves in a store as it is.</summary>
/// <param name="Contents">Different contents that files share, or may share.</param>
/// <param name="Files">Files in store paths that have one of them.</param>
/// <param name="ActualBytes">What they take together.</param>
/// <param name="UnsharedBytes">What the files would take, each for itself.</param>
/// <param name="UnusedContents">Contents that no store path has any more; a collection removes them.</param>
/// <param name="UnusedBytes">Their size.</param>
public sealed record SharingStatistics(
    long Contents,
    long Files,
    long ActualBytes,
    long UnsharedBytes,
    long UnusedContents,
    long UnusedBytes
)
{
    public long SavedBytes => UnsharedBytes - ActualBytes;

    public long SavedInodes => Files - Contents;

    /// <summary>Looks at every name in <c>.links</c>. What is added or deleted meanwhile may be counted or not.</summary>
    public static Task<SharingStatistics> MeasureAsync(LocalStore store, CancellationToken ct) =>
        Task.Run(() => Measure(store.Files, ct), ct);

    private static SharingStatistics Measure(StoreFiles files, CancellationToken ct)
    {
        var entries = new DirectoryEntries();
        using var listed = new OpenedDirectory(files.Layout.LinksDir);
        entries.Read(listed.Descriptor, files.Layout.LinksDir);
        var sum = new SharingStatistics(0, 0, 0, 0, 0, 0);
        for (var i = 0; i < entries.Count; i++)
        {
            ct.ThrowIfCancellationRequested();
            var found = Syscalls.Status(listed.Descriptor, entries.Name(i), out var status);
            if (found == -Errno.NoEntry)
                continue;
            Errno.Check(found, "look at", files.Layout.LinksDir);
            sum = sum.With(status);
        }
        return sum;
    }

    private SharingStatistics With(in FileStatus link)
    {
        var files = link.Links - 1;
        return files == 0
            ? this with
            {
                UnusedContents = UnusedContents + 1,
                UnusedBytes = UnusedBytes + link.SizeBytes,
            }
            : this with
            {
                Contents = Contents + 1,
                Files = Files + files,
                ActualBytes = ActualBytes + link.SizeBytes,
                UnsharedBytes = UnsharedBytes + (files * link.SizeBytes),
            };
    }
}
