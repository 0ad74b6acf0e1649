using Farm.Store.Integrity;
using Farm.Store.Local;
using Farm.Store.Paths;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Integrity;

public sealed class OpenRecordTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly StoreLayout _layout;

    public OpenRecordTests()
    {
        _layout = StoreLayout.Create(_directory.Path, StoreDir.Default);
        Directory.CreateDirectory(_layout.StateDir);
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_store_that_was_closed_has_no_record()
    {
        using var record = Open();
        Assert.IsType<LastStop.Clean>(record.Last);
        record.End();
        Assert.False(File.Exists(_layout.OpenFile));
    }

    [Fact]
    public void What_was_lifted_when_the_owner_was_killed_is_told_until_it_is_mended()
    {
        using (var killed = Open())
        {
            killed.Note(11, "a/b"u8);
            killed.Note(12).Dispose();
            killed.Note(13);
        }
        using (var alsoKilled = Open())
            Assert.Equal([11UL, 13UL], Lifted(alsoKilled).Order());
        using (var mending = Open())
        {
            Assert.Equal([11UL, 13UL], Lifted(mending).Order());
            mending.Mended();
        }
        using var after = Open();
        Assert.Empty(Lifted(after));
    }

    [Fact]
    public void More_notes_than_there_is_room_for_are_told_as_such()
    {
        using (var killed = Open())
        {
            for (ulong inode = 1; inode <= 600; inode++)
                killed.Note(inode);
        }
        using var next = Open();
        Assert.False(Assert.IsType<LastStop.Killed>(next.Last).IsComplete);
    }

    [Fact]
    public void A_slot_is_used_again()
    {
        using (var killed = Open())
        {
            for (ulong inode = 1; inode <= 5000; inode++)
                killed.Note(inode).Dispose();
        }
        using var next = Open();
        Assert.True(Assert.IsType<LastStop.Killed>(next.Last).IsComplete);
        Assert.Empty(Lifted(next));
    }

    [Fact]
    public void Another_life_of_the_machine_means_that_it_went_down()
    {
        using (Open()) { }
        using var next = Open("another");
        Assert.IsType<LastStop.PowerLost>(next.Last);
    }

    [Fact]
    public void A_record_without_its_first_line_is_none()
    {
        File.WriteAllText(_layout.OpenFile, "");
        using var record = Open();
        Assert.IsType<LastStop.Clean>(record.Last);
    }

    private OpenRecord Open(string boot = "this") => OpenRecord.Open(_layout, boot, isSynced: true);

    private static IEnumerable<ulong> Lifted(OpenRecord record) =>
        Assert.IsType<LastStop.Killed>(record.Last).Lifted.Select(bit => bit.Inode);
}
