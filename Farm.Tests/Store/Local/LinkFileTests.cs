using System.Text;
using Farm.Store.Local;
using Farm.Store.Native;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Local;

public sealed class LinkFileTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;

    [RootFact]
    public async Task A_corrupt_link_is_found_by_its_content_and_nothing_is_replaced_by_it()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var first = await LocalStoreTests.AddTreeAsync(temporary, "first", ("a", "same"));
        var link = Directory.GetFiles(temporary.Store.Layout.LinksDir).Single();
        Overwrite(link, "evil"u8, keepTime: true);
        await temporary.ReopenAsync(); // What this process knows of its links is forgotten.

        var second = await LocalStoreTests.AddTreeAsync(temporary, "second", ("a", "same"));

        Assert.Equal("same", await ReadAsync(temporary, second, "a"));
        Assert.Equal("evil", await ReadAsync(temporary, first, "a"));
        Assert.Equal(1, temporary.Store.Links.CorruptLinks);
        Assert.Equal(0, temporary.Store.Links.Replaced);
        Assert.Equal("same", await File.ReadAllTextAsync(link, s_ct));
    }

    [RootFact]
    public async Task A_link_that_is_changed_while_the_store_is_open_is_noticed()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        await LocalStoreTests.AddTreeAsync(temporary, "first", ("a", "same"));
        Overwrite(Directory.GetFiles(temporary.Store.Layout.LinksDir).Single(), "evil"u8, keepTime: true);
        var second = await LocalStoreTests.AddTreeAsync(temporary, "second", ("a", "same"));
        Assert.Equal("same", await ReadAsync(temporary, second, "a"));
        Assert.Equal(1, temporary.Store.Links.CorruptLinks);
    }

    [Fact]
    public async Task A_link_that_this_process_made_is_not_read_again()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        await LocalStoreTests.AddTreeAsync(temporary, "first", ("a", "same"), ("b", "same"), ("c", "same"));
        await LocalStoreTests.AddTreeAsync(temporary, "second", ("a", "same"));
        Assert.Equal(3, temporary.Store.Links.Replaced);
        Assert.Equal(0, temporary.Store.Links.VerifiedLinks);
        await temporary.ReopenAsync();
        await LocalStoreTests.AddTreeAsync(temporary, "third", ("a", "same"), ("b", "same"));
        Assert.Equal(2, temporary.Store.Links.Replaced);
        Assert.Equal(1, temporary.Store.Links.VerifiedLinks);
    }

    [RootFact]
    public async Task A_link_whose_mode_is_no_store_files_is_not_used()
    {
        await using var temporary = await TemporaryStore.OpenAsync(ImmutableBit.Off);
        await LocalStoreTests.AddTreeAsync(temporary, "first", ("a", "same"));
        var link = Directory.GetFiles(temporary.Store.Layout.LinksDir).Single();
        File.SetUnixFileMode(link, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var second = await LocalStoreTests.AddTreeAsync(temporary, "second", ("a", "same"));
        Assert.Equal(1, temporary.Store.Links.CorruptLinks);
        Assert.False(
            File.GetUnixFileMode(temporary.Store.Layout.ToPhysical(second.Path) + "/a").HasFlag(UnixFileMode.UserWrite)
        );
    }

    [RootFact]
    public async Task Two_outputs_that_are_the_same_file_are_registered()
    {
        foreach (var optimise in new[] { true, false })
        {
            await using var temporary = await TemporaryStore.OpenAsync(ImmutableBit.On, optimise);
            var made = Directory.CreateDirectory(temporary.Work("outputs")).FullName;
            await File.WriteAllTextAsync($"{made}/one", "shared", s_ct);
            Programs.Run("ln", $"{made}/one", $"{made}/two");
            Directory.CreateDirectory($"{made}/three");
            Programs.Run("ln", $"{made}/one", $"{made}/three/file");
            string[] names = ["three", "one", "two"];
            var outputs = names.Select((name, i) => new BuiltOutput(Numbered(i, name), $"{made}/{name}")).ToList();
            var infos = await temporary.Store.RegisterOutputsAsync(outputs, [], null, s_ct);
            foreach (var info in infos)
            {
                var check = await temporary.Store.CheckContentsAsync(info.Path, s_ct);
                Assert.True(check.IsIntact);
                var root = temporary.Store.Layout.ToPhysical(info.Path);
                Assert.True(FileStatuses.Of(Directory.Exists(root) ? root + "/file" : root).IsImmutable);
            }
        }
    }

    [RootFact]
    public async Task Extended_attributes_and_access_lists_are_stripped_when_outputs_are_registered()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var made = Directory.CreateDirectory(temporary.Work("out")).FullName;
        Directory.CreateDirectory($"{made}/d");
        await File.WriteAllTextAsync($"{made}/d/file", "text", s_ct);
        foreach (var file in new[] { made, $"{made}/d", $"{made}/d/file" })
        {
            TestAttributes.SetNote(file);
            TestAttributes.SetAccessList(file);
            Assert.True(HasAttributes(file), file);
        }
        var info = (
            await temporary.Store.RegisterOutputsAsync([new BuiltOutput(Numbered(1, "out"), made)], [], null, s_ct)
        )[0];
        var root = temporary.Store.Layout.ToPhysical(info.Path);
        foreach (var file in new[] { root, $"{root}/d", $"{root}/d/file" })
            Assert.False(HasAttributes(file), file);
    }

    private static bool HasAttributes(string file)
    {
        var opened = Syscalls.Open(Syscalls.CurrentDirectory, Encoding.UTF8.GetBytes(file), Syscalls.ReadOnly);
        Assert.True(opened >= 0);
        var has = ExtendedAttributes.Any(opened);
        Syscalls.Close(opened);
        return has;
    }

    private static StorePath Numbered(int number, string name) =>
        StorePath.Parse($"{number}123456789abcdfghijklmnpqrsvwxyz-{name}");

    /// <summary>Writes over a file as someone with all rights can, in spite of bit and mode.</summary>
    internal static void Overwrite(string file, ReadOnlySpan<byte> bytes, bool keepTime, bool isImmutable = true)
    {
        Programs.Run("chattr", "-i", file);
        using (var opened = new FileStream(file, FileMode.Open, FileAccess.Write))
            opened.Write(bytes);
        if (keepTime)
            File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch.AddSeconds(1));
        if (isImmutable)
            Programs.Run("chattr", "+i", file);
    }

    private static Task<string> ReadAsync(TemporaryStore temporary, PathInfo info, string file) =>
        File.ReadAllTextAsync($"{temporary.Store.Layout.ToPhysical(info.Path)}/{file}", s_ct);
}
