using System.Diagnostics;
using System.Text;
using Farm.Store.Integrity;
using Farm.Store.Local;
using Farm.Store.Native;
using Farm.Store.Paths;
using Farm.Tests.Store.Local;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Integrity;

public sealed class StartupMendingTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;

    [Fact]
    public async Task After_a_clean_stop_nothing_is_looked_for()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        Assert.True(File.Exists(temporary.Settings.Layout.OpenFile));
        await temporary.CloseAsync();
        Assert.False(File.Exists(temporary.Settings.Layout.OpenFile));
        var stage = temporary.Settings.Layout.PhysicalStoreDir + "/tmp-1-1";
        Directory.CreateDirectory(stage);
        await temporary.ReopenAsync();
        Assert.True(temporary.Store.Mending.WasClean);
        Assert.True(Directory.Exists(stage));
    }

    [Fact]
    public async Task A_killed_owner_s_unfinished_objects_go_and_those_in_use_stay()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var directory = temporary.Settings.Layout.PhysicalStoreDir;
        await temporary.CloseAsync();
        LeaveRecord(temporary);
        Directory.CreateDirectory($"{directory}/tmp-1-1/x/y");
        Directory.CreateDirectory($"{directory}/tmp-1-2");
        using (var inUse = new OpenedDirectory($"{directory}/tmp-1-2"))
        {
            Assert.True(FileLock.TryExclusive(inUse.Descriptor, directory));
            await temporary.ReopenAsync();
        }
        Assert.Equal(1, temporary.Store.Mending.Leftovers);
        Assert.False(Directory.Exists($"{directory}/tmp-1-1"));
        Assert.True(Directory.Exists($"{directory}/tmp-1-2"));
    }

    [RootFact]
    public async Task Bits_that_a_killed_owner_had_lifted_are_set_again()
    {
        await using var temporary = await TemporaryStore.OpenAsync(ImmutableBit.On);
        var layout = temporary.Settings.Layout;
        var info = await LocalStoreTests.AddTreeAsync(temporary, "tree", ("a", "one"), ("b", "one"), ("d/c", "two"));
        await temporary.CloseAsync();
        var file = layout.ToPhysical(info.Path) + "/a";
        var directory = layout.ToPhysical(info.Path) + "/d";
        LeaveRecord(temporary, record => record.Note(FileStatuses.Of(file).Inode));
        LeaveRecord(
            temporary,
            record => record.Note(FileStatuses.Of(directory).Inode, Encoding.ASCII.GetBytes($"{info.Path}/d"))
        );
        Lift(file, directory);
        File.SetUnixFileMode(directory, File.GetUnixFileMode(directory) | UnixFileMode.UserWrite);
        await temporary.ReopenAsync();

        Assert.Equal(2, temporary.Store.Mending.BitsSet);
        Assert.True(FileStatuses.Of(file).IsImmutable);
        Assert.True(FileStatuses.Of(directory).IsImmutable);
        Assert.Equal(0x16Du, FileStatuses.Of(directory).Permissions);
        await temporary.CloseAsync();
        await temporary.ReopenAsync();
        Assert.True(temporary.Store.Mending.WasClean);
    }

    [RootFact]
    public async Task A_lifted_file_that_is_not_in_links_is_found_too()
    {
        await using var temporary = await TemporaryStore.OpenAsync(ImmutableBit.On, optimise: false);
        var info = await LocalStoreTests.AddTreeAsync(temporary, "tree", ("d/e/f", "one"));
        var file = temporary.Settings.Layout.ToPhysical(info.Path) + "/d/e/f";
        await temporary.CloseAsync();
        LeaveRecord(temporary, record => record.Note(FileStatuses.Of(file).Inode));
        Lift(file);
        await temporary.ReopenAsync();
        Assert.True(FileStatuses.Of(file).IsImmutable);
    }

    [RootFact]
    public async Task After_a_power_loss_all_bits_are_looked_at()
    {
        await using var temporary = await TemporaryStore.OpenAsync(ImmutableBit.On);
        var info = await LocalStoreTests.AddTreeAsync(temporary, "tree", ("a", "one"), ("d/c", "two"));
        await temporary.CloseAsync();
        var file = temporary.Settings.Layout.ToPhysical(info.Path) + "/d/c";
        LeaveRecord(temporary, boot: "another");
        Lift(file);
        await temporary.ReopenAsync();
        Assert.Equal(1, temporary.Store.Mending.BitsSet);
        Assert.True(FileStatuses.Of(file).IsImmutable);
    }

    [Fact]
    public async Task After_a_power_loss_what_is_not_whole_is_withdrawn_with_what_refers_to_it()
    {
        await using var temporary = await TemporaryStore.OpenAsync(ImmutableBit.Off);
        var whole = await LocalStoreTests.AddTreeAsync(temporary, "whole", ("a", "one"));
        var broken = await LocalStoreTests.AddTreeAsync(temporary, "broken", ("a", "two"));
        var text = Encoding.ASCII.GetBytes(temporary.Store.StoreDir.Print(broken.Path));
        var user = await temporary.Store.AddTextAsync(StorePathName.Parse("user"), text, [broken.Path], s_ct);
        await temporary.CloseAsync();
        LeaveRecord(temporary, boot: "another");
        await File.WriteAllTextAsync(temporary.Settings.Layout.ToPhysical(broken.Path) + "/a", "", s_ct);
        await temporary.ReopenAsync();
        Assert.Equal(2, temporary.Store.Mending.Withdrawn);
        Assert.Equal([whole.Path], await temporary.Store.AllValidAsync(s_ct));
        Assert.Null(await temporary.Store.QueryAsync(user.Path, s_ct));
        await LocalStoreTests.AddTreeAsync(temporary, "broken", ("a", "two"));
        Assert.True((await temporary.Store.CheckContentsAsync(broken.Path, s_ct)).IsIntact);
    }

    private static void LeaveRecord(TemporaryStore temporary, Action<OpenRecord>? note = null, string? boot = null)
    {
        using var record = OpenRecord.Open(
            temporary.Settings.Layout,
            boot ?? OpenRecord.CurrentBootId(),
            isSynced: false
        );
        note?.Invoke(record);
    }

    internal static void Lift(params string[] files)
    {
        using var process = Process.Start("chattr", ["-i", .. files]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
