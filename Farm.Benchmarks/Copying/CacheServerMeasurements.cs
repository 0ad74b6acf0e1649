using System.Globalization;
using System.Net;
using Farm.Benchmarks.Measuring;
using Farm.Http.Caches;
using Farm.Store.Compressing;
using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Microsoft.Extensions.Logging.Abstractions;
using FarmCache = Farm.Http.Caches.CacheServer;

namespace Farm.Benchmarks.Copying;

/// <summary>Archives and narinfos from the cache server, against nginx that has the same as files; the client is curl.</summary>
internal static class CacheServerMeasurements
{
    private const int Rounds = 7;
    private const int WarmUps = 10_000;
    private const int MiB = 1024 * 1024;
    private const int BigMiB = 256;
    private const int SmallFiles = 2000;
    private const int TreeFiles = 2000;

    public static async Task MeasureAsync(BenchmarkRun run, CancellationToken ct)
    {
        await using var work = WorkFolder.Create();
        await using var opened = await OpenStore.OpenAsync(work.Path("store"), isPlain: false, ct);
        await using var server = await StartAsync(opened.Store, new(), ct);
        await using var fromFiles = await StartAsync(opened.Store, new() { MemoryBytes = 0 }, ct);
        var files = Directory.CreateDirectory(work.Path("files")).FullName;
        Directory.CreateDirectory($"{files}/nar");
        await using var nginx = await StaticNginx.TryStartAsync(work, files, ct);

        var big = await AddAsync(opened.Store, files, "big", BigFile(work.Path("big"), run.Count(BigMiB)), ct);
        var tree = await AddAsync(opened.Store, files, "tree", Tree(work.Path("tree"), run.Count(TreeFiles)), ct);
        var small = await AddAsync(opened.Store, files, "small", Tree(work.Path("small"), 1), ct);
        var bytes = await File.ReadAllBytesAsync($"{files}/{Nar(small)}", ct);
        await using var bare = await CacheServer.ServeAsync(bytes, ct);
        var (normal, reading, alone) = (
            ("nginx as limit", AddressOf(server)),
            ("from files", AddressOf(fromFiles)),
            ("Kestrel alone", bare.Address)
        );
        var narInfo = $"{small.Path.Hash}.narinfo";
        // What serves for months is measured, not what its first thousand requests cost while its code is compiled again.
        foreach (var (_, address) in new[] { normal, reading, alone })
        {
            await Curl($"{address}/{Nar(small)}", run.Count(WarmUps), atOnce: 1).RunAsync(0, ct);
            await Curl($"{address}/{narInfo}", run.Count(WarmUps), atOnce: 1).RunAsync(0, ct);
        }
        await CompareAsync("archive of one big file, 4 times", Nar(big), 4, atOnce: 1, normal);
        await CompareAsync("archive of one big file, 8 at once", Nar(big), 8, atOnce: 8, normal);
        await CompareAsync("archive of many small files, 10 times", Nar(tree), 10, atOnce: 1, normal, reading);
        await CompareAsync("the same with zstd, 50 times, 16 at once", Zstd(tree), 50, atOnce: 16, normal, reading);
        await CompareAsync("small archives, in a row", Nar(small), SmallFiles, atOnce: 1, normal, reading, alone);
        await CompareAsync("small archives, 16 at once", Nar(small), SmallFiles, atOnce: 16, normal, reading, alone);
        await CompareAsync("narinfos, in a row", narInfo, SmallFiles, atOnce: 1, normal);
        await CompareAsync("narinfos, 16 at once", narInfo, SmallFiles, atOnce: 16, normal);

        Task CompareAsync(
            string what,
            string file,
            int count,
            int atOnce,
            params (string Name, string Address)[] servers
        ) =>
            run.CompareAsync(
                new Contest
                {
                    Rounds = Rounds,
                    Farm =
                    [
                        .. servers.Select(server =>
                            ($"{what}, {server.Name}", Curl($"{server.Address}/{file}", count, atOnce))
                        ),
                    ],
                    Limit = nginx is null ? null : Curl($"{nginx.Address}/{file}", count, atOnce),
                },
                ct
            );
    }

    private static Task<FarmCache> StartAsync(LocalStore store, CacheLimitSettings limits, CancellationToken ct) =>
        FarmCache.StartAsync(
            store,
            new()
            {
                Listen = new(IPAddress.Loopback, 0),
                Signing = CacheSigning.Off,
                Limits = limits,
            },
            new StoreBuildLogs(store.Layout),
            NullLoggerFactory.Instance,
            TimeProvider.System,
            ct
        );

    private static string AddressOf(FarmCache server) => server.Address.ToString().TrimEnd('/');

    private static string Zstd(PathInfo info) => $"nar/{NarFileName.Of(info, NarCompression.Zstd)}";

    private static string Nar(PathInfo info) => $"nar/{NarFileName.Of(info)}";

    /// <summary>Fetches one file many times with one process; the query makes curl ask again and means nothing to a server.</summary>
    private static Contender Curl(string url, int count, int atOnce)
    {
        string[] parallel =
            atOnce > 1 ? ["--parallel", "--parallel-max", atOnce.ToString(CultureInfo.InvariantCulture)] : [];
        return Contender.Timed(
            (_, ct) =>
                ChildProcess.RunAsync(
                    "curl",
                    ["--silent", "--fail", .. parallel, "--output", "/dev/null", $"{url}?n=[1-{count}]"],
                    ct
                )
        );
    }

    /// <summary>Adds a tree, and writes its archive and narinfo as files.</summary>
    private static async Task<PathInfo> AddAsync(
        LocalStore store,
        string files,
        string name,
        string path,
        CancellationToken ct
    )
    {
        var info = await store.AddFileTreeAsync(
            StorePathName.Parse(name),
            path,
            ContentAddressMethod.Nar,
            HashAlgorithm.Sha256,
            ct
        );
        await using (var nar = File.Create($"{files}/{Nar(info)}"))
            await store.DumpNarAsync(info.Path, nar, ct);
        await using (var zstd = File.Create($"{files}/{Zstd(info)}"))
        await using (var compressed = NarCompression.Zstd.Compress(zstd, level: null, threads: 1))
            await store.DumpNarAsync(info.Path, compressed, ct);
        var narInfo = new NarInfo
        {
            Info = info,
            Url = Nar(info),
            Compression = "none",
            FileHash = info.NarHash.ToHash(),
            FileSizeBytes = info.NarSizeBytes,
        };
        await File.WriteAllTextAsync(
            $"{files}/{info.Path.Hash}.narinfo",
            NarInfoPrinter.Print(store.StoreDir, narInfo),
            ct
        );
        return info;
    }

    private static string BigFile(string path, int sizeMiB)
    {
        var block = new byte[MiB];
        new Random(7).NextBytes(block);
        using var file = File.Create(path);
        for (var i = 0; i < sizeMiB; i++)
            file.Write(block);
        return path;
    }

    private static string Tree(string path, int count)
    {
        var bytes = new byte[8 * 1024];
        var random = new Random(8);
        Directory.CreateDirectory(path);
        for (var i = 0; i < count; i++)
        {
            random.NextBytes(bytes);
            File.WriteAllBytes($"{path}/file-{i}", bytes.AsSpan(0, random.Next(bytes.Length)).ToArray());
        }
        return path;
    }
}
