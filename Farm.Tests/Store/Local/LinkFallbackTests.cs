using System.Text;
using Farm.Store.Local;
using Farm.Store.Native;
using Farm.Store.Optimising;
using Farm.Store.PathInfos;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Local;

/// <summary>What a file system refuses, on real ones.</summary>
public sealed class LinkFallbackTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;

    [RootFact]
    public async Task A_content_with_as_many_links_as_ext4_allows_is_kept_as_a_copy()
    {
        await using var temporary = await TemporaryStore.OpenAsync(optimise: true);
        using var disk = await MoveToExt4Async(temporary, "24M");
        await using var beforeThat = new Closing(temporary);
        await LocalStoreTests.AddTreeAsync(temporary, "first", ("a", "same"));
        var link = LinkOf(temporary);
        LinkOften(link, Directory.CreateDirectory(temporary.Store.Layout.Root + "/many").FullName);

        var second = await LocalStoreTests.AddTreeAsync(temporary, "second", ("a", "same"), ("b", "same"));
        Assert.Equal(2, temporary.Store.Links.Kept[KeptReason.TooManyLinks]);
        await AssertIntactAsync(temporary, second);
        var report = await new StoreOptimiser(temporary.Store).OptimiseAsync(null, s_ct);
        Assert.Equal(2, report.Kept[KeptReason.TooManyLinks]);
        await AssertIntactAsync(temporary, second);
    }

    [RootFact]
    public async Task Links_on_another_file_system_are_done_without()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        await temporary.CloseAsync();
        using var other = TemporaryMount.Tmpfs(temporary.Settings.Layout.LinksDir, "1m");
        await using var beforeThat = new Closing(temporary);
        await temporary.ReopenAsync();
        var info = await LocalStoreTests.AddTreeAsync(temporary, "tree", ("a", "same"), ("b", "same"));
        Assert.Equal(2, temporary.Store.Links.Kept[KeptReason.OtherFileSystem]);
        var report = await new StoreOptimiser(temporary.Store).OptimiseAsync(null, s_ct);
        Assert.Equal(2, report.Kept[KeptReason.OtherFileSystem]);
        await AssertIntactAsync(temporary, info);
    }

    [RootFact]
    public async Task A_directory_of_links_that_may_not_be_changed_is_done_without()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        Programs.Run("chattr", "+i", temporary.Store.Layout.LinksDir);
        var info = await LocalStoreTests.AddTreeAsync(temporary, "tree", ("a", "same"), ("b", "same"));
        Assert.Equal(2, temporary.Store.Links.Kept[KeptReason.NotPermitted]);
        await AssertIntactAsync(temporary, info);
        Programs.Run("chattr", "-i", temporary.Store.Layout.LinksDir);
        var report = await new StoreOptimiser(temporary.Store).OptimiseAsync(null, s_ct);
        Assert.Equal((1, 1), (report.ContentsAdded, report.FilesLinked));
        await AssertIntactAsync(temporary, info);
    }

    [RootFact]
    public async Task A_directory_of_links_whose_index_is_full_is_done_without()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        using var disk = await MoveToExt4Async(temporary, "96M", "-b", "1024", "-O", "^large_dir");
        await using var beforeThat = new Closing(temporary);
        FillDirectory(temporary.Store.Layout.LinksDir, temporary.Store.Layout.Root + "/file");
        var contents = Enumerable.Range(0, 200).Select(i => ($"f{i}", $"content {i}")).ToArray();
        var info = await LocalStoreTests.AddTreeAsync(temporary, "tree", contents);
        Assert.True(temporary.Store.Links.Kept[KeptReason.NoSpace] > 0);
        await AssertIntactAsync(temporary, info);
    }

    [RootFact]
    public async Task Without_immutable_bits_there_is_one_notice_and_everything_works()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        await temporary.CloseAsync();
        var root = temporary.Work("memory");
        using var memory = TemporaryMount.Memory(root);
        await using var beforeThat = new Closing(temporary);
        temporary.Settings = temporary.Settings with
        {
            Layout = StoreLayout.Create(root, temporary.Settings.Layout.StoreDir),
        };
        await temporary.ReopenAsync();
        Assert.Contains("immutable", Assert.Single(temporary.Store.Notices), StringComparison.Ordinal);
        Assert.False(temporary.Store.UsesImmutableBit);
        var info = await LocalStoreTests.AddTreeAsync(temporary, "tree", ("a", "same"), ("b", "same"));
        Assert.Equal(1, temporary.Store.Links.Replaced);
        await AssertIntactAsync(temporary, info);
        await new StoreOptimiser(temporary.Store).OptimiseAsync(null, s_ct);
        await temporary.Store.DeleteAsync(info.Path, s_ct);
        await temporary.Store.SweepLinksAsync(s_ct);
        Assert.Empty(Directory.GetFiles(temporary.Store.Layout.LinksDir));
        temporary.Settings = temporary.Settings with { Immutable = ImmutableBit.Off };
        await temporary.ReopenAsync();
        Assert.Empty(temporary.Store.Notices);
        temporary.Settings = temporary.Settings with { Immutable = ImmutableBit.On };
        await Assert.ThrowsAsync<Farm.Store.StoreException.FileSystem>(temporary.ReopenAsync);
    }

    [RootFact]
    public async Task A_store_with_bits_goes_on_when_they_are_turned_off()
    {
        await using var temporary = await TemporaryStore.OpenAsync(ImmutableBit.On, optimise: false);
        var first = await LocalStoreTests.AddTreeAsync(temporary, "first", ("d/a", "same"), ("d/b", "other"));
        var second = await LocalStoreTests.AddTreeAsync(temporary, "second", ("d/a", "same"), ("d/c", "other"));
        temporary.Settings = temporary.Settings with { Immutable = ImmutableBit.Off, Optimise = true };
        await temporary.ReopenAsync();
        var report = await new StoreOptimiser(temporary.Store).OptimiseAsync(null, s_ct);
        Assert.Equal((2, 2), (report.ContentsAdded, report.FilesLinked));
        var third = await LocalStoreTests.AddTreeAsync(temporary, "third", ("d/a", "same"), ("d/b", "other"));
        Assert.Equal(4, temporary.Store.Links.Replaced);
        foreach (var info in new[] { first, second, third })
            await AssertIntactAsync(temporary, info);
        foreach (var info in new[] { first, second, third })
            await temporary.Store.DeleteAsync(info.Path, s_ct);
        await temporary.Store.SweepLinksAsync(s_ct);
        Assert.Empty(Directory.GetFiles(temporary.Store.Layout.LinksDir));
        Assert.Empty(LocalStoreTests.Objects(temporary));
    }

    /// <summary>Opens the store on an ext4 file system of its own.</summary>
    private static async Task<TemporaryMount> MoveToExt4Async(
        TemporaryStore temporary,
        string size,
        params string[] options
    )
    {
        await temporary.CloseAsync();
        var root = temporary.Work("disk");
        var disk = TemporaryMount.Ext4(temporary.Work("disk.img"), size, root, options);
        temporary.Settings = temporary.Settings with
        {
            Layout = StoreLayout.Create(root, temporary.Settings.Layout.StoreDir),
        };
        await temporary.ReopenAsync();
        return disk;
    }

    private static string LinkOf(TemporaryStore temporary) =>
        Directory.GetFiles(temporary.Store.Layout.LinksDir).Single();

    /// <summary>Gives a file so many names that the file system takes no more.</summary>
    private static void LinkOften(string link, string directory)
    {
        Programs.Run("chattr", "-i", link);
        var source = Encoding.UTF8.GetBytes(link);
        var made = 0;
        for (var i = 0; made == 0; i++)
        {
            var name = Encoding.UTF8.GetBytes($"{directory}/{i}");
            made = Syscalls.Link(Syscalls.CurrentDirectory, source, Syscalls.CurrentDirectory, name);
        }
        Assert.Equal(-Errno.TooManyLinks, made);
        Programs.Run("chattr", "+i", link);
    }

    /// <summary>Puts so many names into a directory that its index takes no more: long ones, then some as long as those of links,
    /// for what room is left in its blocks.</summary>
    private static void FillDirectory(string directory, string file)
    {
        var full = 0;
        byte[]? source = null;
        for (var i = 0; full < 5_000; i++)
        {
            if (source is null)
            {
                source = Encoding.UTF8.GetBytes($"{file}-{i}");
                File.WriteAllBytes($"{file}-{i}", []);
            }
            var name = Encoding.UTF8.GetBytes($"{directory}/{i:D9}{new string('x', full == 0 ? 240 : 43)}");
            var error = Syscalls.Link(Syscalls.CurrentDirectory, source, Syscalls.CurrentDirectory, name);
            if (error == -Errno.TooManyLinks)
                source = null;
            else if (error != 0)
                Assert.Equal(-Errno.NoSpace, error);
            full += error == -Errno.NoSpace ? 1 : 0;
        }
    }

    private static async Task AssertIntactAsync(TemporaryStore temporary, PathInfo info) =>
        Assert.True((await temporary.Store.CheckContentsAsync(info.Path, s_ct)).IsIntact);

    /// <summary>Closes a store before what it is on is unmounted.</summary>
    private sealed class Closing(TemporaryStore temporary) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await temporary.CloseAsync();
    }
}
