using System.Text;
using Farm.Store.Collector;
using Farm.Store.Hashing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Roots;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Collector;

public sealed class GarbageCollectorTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;

    [Fact]
    public async Task What_a_root_keeps_stays_and_the_rest_goes_with_its_links()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var kept = await AddAsync(temporary, "kept", "one", []);
        var root = await AddAsync(temporary, "root", "two", [kept.Path]);
        var dead = await AddAsync(temporary, "dead", "three", [kept.Path]);
        MakeRoot(temporary, root.Path);
        var report = await CollectAsync(temporary, new CollectRequest.Collect());
        Assert.Equal(1, report.DeletedPaths);
        Assert.Equal(1, report.Links?.RemovedLinks);
        Assert.Equal("three".Length, report.FreedBytes);
        Assert.Equal([kept.Path, root.Path], (await temporary.Store.AllValidAsync(s_ct)).OrderBy(path => path.Name));
        Assert.False(File.Exists(temporary.Store.Layout.ToPhysical(dead.Path)));
        Assert.Equal(2, Directory.GetFileSystemEntries(temporary.Store.Layout.LinksDir).Length);
    }

    [Fact]
    public async Task What_is_held_stays_with_all_that_it_refers_to_also_where_the_hold_ends_before_the_collection()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var below = await AddAsync(temporary, "below", "one", []);
        var held = await AddAsync(temporary, "held", "two", [below.Path]);
        var other = await AddAsync(temporary, "other", "three", []);
        var hold = await temporary.Store.TempRoots.HoldAsync([held.Path], s_ct);
        var released = Task.CompletedTask;
        var releasing = new ProgressCall<CollectProgress>(said =>
        {
            if (said is CollectProgress.Found)
                released = hold.DisposeAsync().AsTask();
        });
        var report = await new GarbageCollector(temporary.Store, temporary.Store.Collector).CollectAsync(
            new CollectRequest.Collect(),
            releasing,
            s_ct
        );
        await released;
        Assert.Equal(1, report.DeletedPaths);
        Assert.Null(await temporary.Store.QueryAsync(other.Path, s_ct));
        Assert.NotNull(await temporary.Store.QueryAsync(below.Path, s_ct));
    }

    [Fact]
    public async Task A_path_that_is_held_or_gets_a_referrer_after_the_dead_are_known_stays()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var below = await AddAsync(temporary, "below", "one", []);
        var found = await AddAsync(temporary, "found", "two", [below.Path]);
        Task<PathInfo>? adding = null;
        var acting = new ProgressCall<CollectProgress>(said =>
        {
            if (said is CollectProgress.Found)
                adding = AddAsync(temporary, "newer", "three", [found.Path]);
        });
        var collector = new GarbageCollector(temporary.Store, temporary.Store.Collector);
        var report = await collector.CollectAsync(new CollectRequest.Collect(), acting, s_ct);
        Assert.NotNull(adding);
        Assert.Equal([found.Path], (await adding).References);
        Assert.Equal(0, report.DeletedPaths);
        Assert.Equal(3, (await CollectAsync(temporary, new CollectRequest.Collect())).DeletedPaths);
    }

    [Fact]
    public async Task A_collection_with_a_limit_ends_with_the_path_that_goes_beyond_it()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        for (var number = 0; number < 6; number++)
            await AddAsync(temporary, $"path-{number}", new string((char)('a' + number), 1000), []);
        Assert.Equal(0, (await CollectAsync(temporary, new CollectRequest.Collect(MaxFreedBytes: 0))).DeletedPaths);
        var report = await CollectAsync(temporary, new CollectRequest.Collect(MaxFreedBytes: 2500));
        Assert.Equal((3, 3000), (report.DeletedPaths, report.FreedBytes));
        Assert.Equal(3, (await temporary.Store.AllValidAsync(s_ct)).Count);
    }

    [Fact]
    public async Task A_collection_by_age_leaves_what_is_younger()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        await AddAsync(temporary, "young", "one", []);
        var hourAgo = TimeProvider.System.GetUtcNow().AddHours(-1);
        Assert.Equal(0, (await CollectAsync(temporary, new CollectRequest.Collect(Before: hourAgo))).DeletedPaths);
        var soon = TimeProvider.System.GetUtcNow().AddHours(1);
        Assert.Equal(1, (await CollectAsync(temporary, new CollectRequest.Collect(Before: soon))).DeletedPaths);
    }

    [Fact]
    public async Task Leftovers_go_and_what_someone_holds_or_has_locked_stays()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var valid = await AddAsync(temporary, "valid", "one", []);
        MakeRoot(temporary, valid.Path);
        var storeDir = temporary.Store.Layout.PhysicalStoreDir;
        var held = StorePath.Parse("0123456789abcdfghijklmnpqrsvwxyz-held");
        await using var hold = await temporary.Store.TempRoots.HoldAsync([held], s_ct);
        string[] dead =
        [
            $"{valid.Path}.lock",
            "1123456789abcdfghijklmnpqrsvwxyz-gone.chroot",
            ".tmp-link-1-2",
            "add-77-0",
        ];
        string[] alive = [$"{held}.lock", $"{held}.chroot", "add-78-0"];
        foreach (var name in dead.Concat(alive))
        {
            if (name.EndsWith(".lock", StringComparison.Ordinal))
                await File.WriteAllTextAsync($"{storeDir}/{name}", "", s_ct);
            else
                Directory.CreateDirectory($"{storeDir}/{name}/inside");
        }
        var locked = Farm.Store.Native.Syscalls.Open(
            Farm.Store.Native.Syscalls.CurrentDirectory,
            Encoding.ASCII.GetBytes($"{storeDir}/add-78-0"),
            Farm.Store.Native.Syscalls.ReadOnly
        );
        Assert.True(Farm.Store.Native.FileLock.TryExclusive(locked, "add-78-0"));
        var report = await CollectAsync(temporary, new CollectRequest.Collect());
        Farm.Store.Native.Syscalls.Close(locked);
        Assert.Equal((0, dead.Length), (report.DeletedPaths, report.DeletedLeftovers));
        string[] expected = [.. alive, valid.Path.ToString(), ".links"];
        Assert.Equal(
            expected.Order(StringComparer.Ordinal),
            Directory
                .GetFileSystemEntries(storeDir)
                .Select(file => Path.GetFileName(file))
                .Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Additions_go_on_during_collections_and_lose_nothing_that_they_hold()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        using var enough = new CancellationTokenSource();
        var collecting = Task.Run(async () =>
        {
            var deleted = 0L;
            while (!enough.IsCancellationRequested)
                deleted += (await CollectAsync(temporary, new CollectRequest.Collect())).DeletedPaths;
            return deleted;
        });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(() => AddChainsAsync(temporary, worker))));
        await enough.CancelAsync();
        Assert.NotEqual(0, await collecting);
        await CollectAsync(temporary, new CollectRequest.Collect());
        Assert.Empty(await temporary.Store.AllValidAsync(s_ct));
        Assert.Empty(Directory.GetFileSystemEntries(temporary.Store.Layout.LinksDir));
    }

    [RootFact]
    public async Task Of_a_file_that_others_share_the_others_keep_the_immutable_bit_and_the_last_goes_with_its_link()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        if (!temporary.Store.UsesImmutableBit)
            return;
        var kept = await AddTreeAsync(temporary, "kept", depth: 0, "shared", "kept alone");
        await AddTreeAsync(temporary, "dead", depth: 0, "shared", "dead twice", "dead twice");
        await AddTreeAsync(temporary, "deep", depth: 14, "shared", "deep alone");
        MakeRoot(temporary, kept);
        var report = await CollectAsync(temporary, new CollectRequest.Collect());
        Assert.Equal((2, 2), (report.DeletedPaths, report.Links?.RemovedLinks));
        var layout = temporary.Store.Layout;
        Assert.Equal(2, Directory.GetFileSystemEntries(layout.LinksDir).Length);
        Assert.Equal([kept], await temporary.Store.AllValidAsync(s_ct));
        Assert.Equal(2, Directory.GetFileSystemEntries(layout.PhysicalStoreDir).Length); // With .links.
        var shared = Encoding.ASCII.GetBytes($"{layout.ToPhysical(kept)}/file-0");
        _ = Farm.Store.Native.Syscalls.Status(Farm.Store.Native.Syscalls.CurrentDirectory, shared, out var status);
        Assert.Equal((true, 2u), (status.IsImmutable, status.Links));
    }

    /// <summary>Files of these contents under so many directories with long names.</summary>
    private static async Task<StorePath> AddTreeAsync(
        TemporaryStore temporary,
        string name,
        int depth,
        params string[] contents
    )
    {
        var tree = temporary.Work(name);
        var bottom = Path.Combine([tree, .. Enumerable.Repeat(new string('d', 200), depth)]);
        Directory.CreateDirectory(bottom);
        for (var file = 0; file < contents.Length; file++)
            await File.WriteAllTextAsync($"{bottom}/file-{file}", contents[file], s_ct);
        var info = await temporary.Store.AddFileTreeAsync(
            StorePathName.Parse(name),
            tree,
            ContentAddressMethod.Nar,
            HashAlgorithm.Sha256,
            s_ct
        );
        return info.Path;
    }

    /// <summary>Chains of paths, each held until the next refers to it; the same chains for every worker.</summary>
    private static async Task AddChainsAsync(TemporaryStore temporary, int worker)
    {
        for (var chain = 0; chain < 25; chain++)
        {
            var hold = await temporary.Store.TempRoots.HoldAsync([], s_ct);
            PathInfo? last = null;
            for (var link = 0; link < 8; link++)
            {
                var (info, next) = await AddHeldAsync(temporary, $"chain-{(chain + worker) % 20}-{link}", last);
                await hold.DisposeAsync();
                (last, hold) = (info, next);
                foreach (var path in await temporary.Store.ClosureAsync([info.Path], s_ct))
                    await temporary.Store.DumpNarAsync(path, Stream.Null, s_ct);
            }
            await hold.DisposeAsync();
        }
    }

    private static async Task<(PathInfo Info, StoreHold Hold)> AddHeldAsync(
        TemporaryStore temporary,
        string name,
        PathInfo? reference
    )
    {
        while (true)
        {
            var info = await AddAsync(temporary, name, name, reference is null ? [] : [reference.Path]);
            var hold = await temporary.Store.TempRoots.HoldAsync([info.Path], s_ct);
            if (await temporary.Store.QueryAsync(info.Path, s_ct) is not null)
                return (info, hold);
            await hold.DisposeAsync(); // Collected in the moment between: it is added anew.
        }
    }

    private static Task<PathInfo> AddAsync(
        TemporaryStore temporary,
        string name,
        string text,
        StorePath[] references
    ) => temporary.Store.AddTextAsync(StorePathName.Parse(name), Encoding.ASCII.GetBytes(text), [.. references], s_ct);

    private static Task<CollectReport> CollectAsync(TemporaryStore temporary, CollectRequest request) =>
        new GarbageCollector(temporary.Store, temporary.Store.Collector).CollectAsync(request, progress: null, s_ct);

    private static void MakeRoot(TemporaryStore temporary, StorePath path)
    {
        var layout = temporary.Store.Layout;
        Directory.CreateDirectory(layout.RootsDir);
        File.CreateSymbolicLink($"{layout.RootsDir}/{path.Name}", layout.StoreDir.Print(path));
    }
}
