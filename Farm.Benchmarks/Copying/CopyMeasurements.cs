using Farm.Benchmarks.Measuring;
using Farm.Benchmarks.Store;
using Farm.Store.Paths;

namespace Farm.Benchmarks.Copying;

/// <summary>Copying a closure of many small paths to and from binary caches, against <c>nix copy</c>.</summary>
internal static class CopyMeasurements
{
    private const int Rounds = 3;
    private const int Paths = 2_000;
    private const string Compression = "zstd";
    private static readonly string[] s_compressions = ["none", Compression, "xz"];

    public static async Task MeasureAsync(BenchmarkRun run, CancellationToken ct)
    {
        await using var work = WorkFolder.Create();
        var count = run.Count(Paths);
        var root = work.Path("store");
        StorePath top;
        await using (var filled = await OpenStore.OpenAsync(root, isPlain: true, ct))
            top = await SmallPaths.AddAsync(filled.Store, count, ct);
        // One process at a time has a store open.
        await ChildProcess.RunAsync("cp", ["-a", root, work.Path(CacheCopy.StoreOfProgram)], ct);
        await using var opened = await OpenStore.OpenAsync(root, isPlain: true, ct);
        var copy = new CacheCopy(work, opened.Store, top, count);
        foreach (var compression in s_compressions)
        {
            await copy.FillAsync(CacheFolder(work, compression), compression, ct);
            await ToAsync(run, copy, $"to file://, {compression}", compression, null, ct);
            var from = $"file://{CacheFolder(work, compression)}";
            await FromAsync(run, copy, $"from file://, {compression}", from, ct);
        }
        await using (var server = await CacheServer.ServeAsync(work.FullPath, ct))
        {
            await ToAsync(run, copy, $"to a plain web server, {Compression}", Compression, server.Address, ct);
            var from = $"{server.Address}/{Path.GetFileName(CacheFolder(work, Compression))}";
            await FromAsync(run, copy, $"from a plain web server, {Compression}", from, ct);
        }
        await using (var server = await CacheServer.ServeAsync(opened.Store, ct))
            await FromAsync(run, copy, "from Farm's own endpoint", server.Address, ct);
        await ExportMeasurements.MeasureAsync(run, work, opened.Store, SmallPaths.All(count), ct);
    }

    private static string CacheFolder(WorkFolder work, string compression) => work.Path($"cache-{compression}");

    /// <param name="server">That takes files into the work folder; null for the folder itself.</param>
    private static Task ToAsync(
        BenchmarkRun run,
        CacheCopy copy,
        string what,
        string compression,
        string? server,
        CancellationToken ct
    ) =>
        run.CompareAsync(
            new Contest
            {
                Rounds = Rounds,
                Farm = copy.To($"copy {copy.Count} paths {what}", compression, server),
                Nix = copy.NixTo(compression, server),
                Limit = Limits.Create(copy.Work, CacheFolder(copy.Work, compression)),
            },
            ct
        );

    private static Task FromAsync(BenchmarkRun run, CacheCopy copy, string what, string from, CancellationToken ct) =>
        run.CompareAsync(
            new Contest
            {
                Rounds = Rounds,
                Farm = copy.From($"copy {copy.Count} paths {what}", from),
                Nix = copy.NixFrom(from),
                Limit = Limits.Create(copy.Work, copy.Store.Layout.PhysicalStoreDir),
            },
            ct
        );
}
