using Farm.Store.Local;
using Farm.Store.Optimising;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Tests.Store.Local;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Optimising;

public sealed class StoreOptimiserTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;

    [Fact]
    public async Task Equal_files_of_all_paths_are_shared_and_a_second_run_finds_nothing_to_do()
    {
        await using var temporary = await TemporaryStore.OpenAsync(optimise: false);
        var infos = await AddSomeAsync(temporary);
        var report = await new StoreOptimiser(temporary.Store).OptimiseAsync(null, s_ct);

        Assert.Equal(3, report.Paths);
        Assert.Equal(8, report.FilesHashed);
        Assert.Equal(3, report.ContentsAdded);
        Assert.Equal(5, report.FilesLinked);
        Assert.Equal(5, report.SavedInodes);
        Assert.Equal(4 * 4 + 5, report.SavedBytes);
        Assert.Empty(report.Kept);
        await AssertIntactAsync(temporary, infos);
        foreach (var info in infos)
            AssertCanonical(temporary, temporary.Store.Layout.ToPhysical(info.Path));

        var again = await new StoreOptimiser(temporary.Store).OptimiseAsync(null, s_ct);
        Assert.Equal((0, 0, 0), (again.FilesHashed, again.FilesLinked, again.ContentsAdded));
        var sharing = await SharingStatistics.MeasureAsync(temporary.Store, s_ct);
        Assert.Equal((3, 8, report.SavedBytes), (sharing.Contents, sharing.Files, sharing.SavedBytes));
        Assert.Equal(0, sharing.UnusedContents);
    }

    [Fact]
    public async Task Links_at_the_root_and_symbolic_links_are_shared_too()
    {
        await using var temporary = await TemporaryStore.OpenAsync(optimise: false);
        var one = await AddFileAsync(temporary, "one", "text");
        var two = await AddFileAsync(temporary, "two", "text");
        foreach (var name in new[] { "three", "four" })
        {
            var root = Directory.CreateDirectory(temporary.Work(name)).FullName;
            File.CreateSymbolicLink($"{root}/link", "somewhere");
            await AddAsync(temporary, name, root);
        }
        var report = await new StoreOptimiser(temporary.Store).OptimiseAsync(null, s_ct);
        Assert.Equal(2, report.FilesLinked);
        Assert.Equal(Inode(temporary, one), Inode(temporary, two));
        await AssertIntactAsync(temporary, [one, two]);
    }

    [RootFact]
    public async Task Files_that_are_not_as_the_store_made_them_are_left_alone_and_named()
    {
        await using var temporary = await TemporaryStore.OpenAsync(ImmutableBit.Off, optimise: false);
        var first = await LocalStoreTests.AddTreeAsync(temporary, "first", ("a", "same"), ("b", "same"));
        var file = temporary.Store.Layout.ToPhysical(first.Path) + "/a";
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var other = temporary.Store.Layout.ToPhysical(first.Path) + "/b";
        File.SetLastWriteTimeUtc(other, DateTime.UnixEpoch.AddSeconds(2));
        var report = await new StoreOptimiser(temporary.Store).OptimiseAsync(null, s_ct);
        Assert.Equal(2, report.Kept[KeptReason.Suspicious]);
        Assert.Equal([file, other], report.Suspicious.Order(StringComparer.Ordinal));
        Assert.Empty(Directory.GetFiles(temporary.Store.Layout.LinksDir));
    }

    [RootFact]
    public async Task A_file_that_is_changed_between_hashing_and_linking_is_not_replaced()
    {
        await using var temporary = await TemporaryStore.OpenAsync(ImmutableBit.Off, optimise: false);
        await LocalStoreTests.AddTreeAsync(temporary, "first", ("a", "same"));
        var second = await LocalStoreTests.AddTreeAsync(temporary, "second", ("a", "same"));
        var file = temporary.Store.Layout.ToPhysical(second.Path) + "/a";
        var locks = new HookedPathLocks();
        await temporary.ReopenAsync(inner => locks.Around(inner));
        locks.BeforePath = path =>
        {
            if (path == second.Path)
                LinkFileTests.Overwrite(file, "evil"u8, keepTime: true, isImmutable: false);
        };
        var report = await new StoreOptimiser(temporary.Store).OptimiseAsync(null, s_ct);
        Assert.Equal("evil", await File.ReadAllTextAsync(file, s_ct));
        Assert.Equal(1, report.Kept[KeptReason.Changed]);
        Assert.Equal(0, report.FilesLinked);
    }

    [RootFact]
    public async Task A_corrupt_link_is_removed_and_a_good_file_takes_its_place()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        await LocalStoreTests.AddTreeAsync(temporary, "first", ("a", "same"));
        var link = Directory.GetFiles(temporary.Store.Layout.LinksDir).Single();
        LinkFileTests.Overwrite(link, "evil"u8, keepTime: true);
        await temporary.Store.DeleteAsync((await temporary.Store.AllValidAsync(s_ct))[0], s_ct);
        temporary.Settings = temporary.Settings with { Optimise = false };
        await temporary.ReopenAsync();
        var good = await LocalStoreTests.AddTreeAsync(temporary, "good", ("a", "same"), ("b", "same"));
        var report = await new StoreOptimiser(temporary.Store).OptimiseAsync(null, s_ct);
        Assert.Equal(1, report.CorruptLinks);
        Assert.Equal((1, 1), (report.ContentsAdded, report.FilesLinked));
        await AssertIntactAsync(temporary, [good]);
        Assert.Equal("same", await File.ReadAllTextAsync(link, s_ct));
    }

    [Fact]
    public async Task It_can_be_stopped_and_begun_again()
    {
        await using var temporary = await TemporaryStore.OpenAsync(optimise: false);
        var files = Enumerable.Range(0, 400).Select(i => ($"d{i % 7}/f{i}", $"content {i % 50}")).ToArray();
        var info = await LocalStoreTests.AddTreeAsync(temporary, "tree", files);
        using var stop = new CancellationTokenSource();
        var progress = new StopAfter(stop, batches: 3);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new StoreOptimiser(temporary.Store).OptimiseAsync(progress, stop.Token)
        );
        AssertCanonical(temporary, temporary.Store.Layout.ToPhysical(info.Path));
        await AssertIntactAsync(temporary, [info]);
        await new StoreOptimiser(temporary.Store).OptimiseAsync(null, s_ct);
        Assert.Equal(50, Directory.GetFiles(temporary.Store.Layout.LinksDir).Length);
        Assert.Equal(
            50,
            Directory
                .GetFiles(temporary.Store.Layout.ToPhysical(info.Path), "*", SearchOption.AllDirectories)
                .Select(InodeOf)
                .Distinct()
                .Count()
        );
        await AssertIntactAsync(temporary, [info]);
    }

    [Fact]
    public async Task Additions_and_deletions_go_on_while_it_runs()
    {
        await using var temporary = await TemporaryStore.OpenAsync(optimise: false);
        var kept = new List<PathInfo>();
        for (var i = 0; i < 10; i++)
            kept.Add(await AddNumberedAsync(temporary, i));
        using var stop = new CancellationTokenSource();
        var optimising = Task.Run(
            async () =>
            {
                while (!stop.IsCancellationRequested)
                    await new StoreOptimiser(temporary.Store).OptimiseAsync(null, s_ct);
            },
            s_ct
        );
        for (var i = 10; i < 60; i++)
        {
            var info = await AddNumberedAsync(temporary, i);
            if (i % 2 == 0)
                await temporary.Store.DeleteAsync(info.Path, s_ct);
            else
                kept.Add(info);
        }
        await stop.CancelAsync();
        await optimising;
        await new StoreOptimiser(temporary.Store).OptimiseAsync(null, s_ct);
        await temporary.Store.SweepLinksAsync(s_ct);
        await AssertIntactAsync(temporary, kept);
        Assert.Equal(7, Directory.GetFiles(temporary.Store.Layout.LinksDir).Length);
        Assert.Equal(
            kept.Select(info => info.Path.ToString()).Order(StringComparer.Ordinal),
            LocalStoreTests.Objects(temporary).Order(StringComparer.Ordinal)
        );
    }

    [RequiresNixFact]
    public async Task Real_Nix_has_nothing_to_do_afterwards_and_finds_all_as_it_was()
    {
        await using var temporary = await TemporaryStore.OpenAsync(optimise: false);
        await AddSomeAsync(temporary);
        await new StoreOptimiser(temporary.Store).OptimiseAsync(null, s_ct);
        var layout = temporary.Settings.Layout;
        var before = Listing(layout);
        await temporary.CloseAsync();
        using var nix = RealNix.OnStoreAt(layout.Root);
        await nix.RunAsync("nix-store", ["--verify", "--check-contents"], s_ct);
        await nix.RunAsync("nix-store", ["--optimise"], s_ct);
        Assert.Equal(before, Listing(layout));
    }

    [RequiresNixFact]
    public async Task A_store_that_real_Nix_optimised_is_continued_under_the_same_names()
    {
        await using var temporary = await TemporaryStore.OpenAsync(ImmutableBit.Off, optimise: false);
        var infos = (await AddSomeAsync(temporary)).ToList();
        var layout = temporary.Settings.Layout;
        await temporary.CloseAsync();
        using (var nix = RealNix.OnStoreAt(layout.Root))
            await nix.RunAsync("nix-store", ["--optimise"], s_ct);
        var links = Directory.GetFiles(layout.LinksDir).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(3, links.Count);
        await temporary.ReopenAsync();
        infos.Add(await LocalStoreTests.AddTreeAsync(temporary, "more", ("m", "same"), ("n", "other")));
        var report = await new StoreOptimiser(temporary.Store).OptimiseAsync(null, s_ct);
        Assert.Equal((0, 2), (report.CorruptLinks, report.FilesLinked));
        Assert.Equal(links, Directory.GetFiles(layout.LinksDir).Order(StringComparer.Ordinal));
        await AssertIntactAsync(temporary, infos);
    }

    private static async Task<IReadOnlyList<PathInfo>> AddSomeAsync(TemporaryStore temporary) =>
        [
            await LocalStoreTests.AddTreeAsync(temporary, "first", ("a", "same"), ("d/b", "same"), ("d/c", "other")),
            await LocalStoreTests.AddTreeAsync(temporary, "second", ("a", "same"), ("d/e/f", "same"), ("g", "other")),
            await LocalStoreTests.AddTreeAsync(temporary, "third", ("x", "same"), ("y", "third")),
        ];

    private static Task<PathInfo> AddNumberedAsync(TemporaryStore temporary, int number) =>
        LocalStoreTests.AddTreeAsync(
            temporary,
            $"tree-{number}",
            [.. Enumerable.Range(0, 20).Select(i => ($"d{i % 3}/f{i}-{number}", $"content {i % 7}"))]
        );

    private static async Task<PathInfo> AddFileAsync(TemporaryStore temporary, string name, string text)
    {
        await File.WriteAllTextAsync(temporary.Work(name), text, s_ct);
        return await AddAsync(temporary, name, temporary.Work(name));
    }

    private static Task<PathInfo> AddAsync(TemporaryStore temporary, string name, string file) =>
        temporary.Store.AddFileTreeAsync(
            StorePathName.Parse(name),
            file,
            ContentAddressMethod.Nar,
            Farm.Store.Hashing.HashAlgorithm.Sha256,
            s_ct
        );

    private static async Task AssertIntactAsync(TemporaryStore temporary, IEnumerable<PathInfo> infos)
    {
        foreach (var info in infos)
            Assert.True((await temporary.Store.CheckContentsAsync(info.Path, s_ct)).IsIntact);
    }

    /// <summary>Modes, times and bits of all files and directories are what the store gives them.</summary>
    private static void AssertCanonical(TemporaryStore temporary, string root)
    {
        foreach (var file in Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories).Prepend(root))
        {
            var status = FileStatuses.Of(file);
            Assert.True(status.IsStoreTime, file);
            Assert.Equal(0u, status.Permissions & 0x92);
            Assert.Equal(temporary.Store.UsesImmutableBit, status.IsImmutable);
        }
    }

    private static List<string> Listing(StoreLayout layout) =>
        Directory
            .EnumerateFileSystemEntries(layout.PhysicalStoreDir, "*", SearchOption.AllDirectories)
            .Select(file =>
                $"{file} {FileStatuses.Of(file).Inode} {FileStatuses.Of(file).Links} {FileStatuses.Of(file).Mode:x}"
            )
            .Order(StringComparer.Ordinal)
            .ToList();

    private static ulong Inode(TemporaryStore temporary, PathInfo info) =>
        InodeOf(temporary.Store.Layout.ToPhysical(info.Path));

    private static ulong InodeOf(string file) => FileStatuses.Of(file).Inode;

    private sealed class StopAfter(CancellationTokenSource stop, int batches) : IProgress<OptimiseProgress>
    {
        private int _seen;

        public void Report(OptimiseProgress value)
        {
            if (Interlocked.Increment(ref _seen) == batches)
                stop.Cancel();
        }
    }
}
