using Farm.Http.Caches;
using Farm.Store.Compressing;
using Farm.Store.Hashing;

namespace Farm.Tests.Http.Caches;

public sealed class ArchiveMemoryTests
{
    [Fact]
    public void What_was_asked_for_longest_ago_makes_room()
    {
        var memory = new ArchiveMemory(400);
        foreach (var name in new[] { "a", "b", "c", "d" })
            Keep(memory, name, 100);
        memory.Find(Name("a"))!.Dispose();
        Keep(memory, "e", 100);
        Assert.Equal(["a", "c", "d", "e"], Kept(memory, "a", "b", "c", "d", "e"));
    }

    [Fact]
    public void What_is_being_sent_stays_and_what_does_not_fit_beside_it_is_not_kept()
    {
        var memory = new ArchiveMemory(400);
        foreach (var name in new[] { "a", "b", "c", "d" })
            Keep(memory, name, 100);
        var sending = new[] { "a", "b", "c", "d" }.Select(name => memory.Find(Name(name))!).ToList();
        Assert.Null(memory.TryReserve(Name("e"), 1));
        sending[2].Dispose();
        sending[2].Dispose();
        Keep(memory, "e", 100);
        Assert.Equal(["a", "b", "d", "e"], Kept(memory, "a", "b", "c", "d", "e"));
    }

    [Fact]
    public void An_archive_is_made_by_one_at_a_time_and_its_room_comes_back_when_that_fails()
    {
        var memory = new ArchiveMemory(400);
        using (memory.TryReserve(Name("a"), 100))
        {
            Assert.Null(memory.TryReserve(Name("a"), 100));
            Assert.Null(memory.Find(Name("a")));
        }
        var rooms = Enumerable.Range(0, 4).Select(i => memory.TryReserve(Name($"{i}"), 100)!).ToList();
        Assert.Null(memory.TryReserve(Name("a"), 1));
        foreach (var room in rooms)
            room.Dispose();
        Keep(memory, "a", 100);
        Assert.Null(memory.TryReserve(Name("a"), 100));
    }

    [Fact]
    public void Room_is_counted_by_what_was_kept_not_by_what_it_might_have_been()
    {
        var memory = new ArchiveMemory(400);
        for (var i = 0; i < 8; i++)
        {
            using var room = memory.TryReserve(Name($"{i}"), 100)!;
            room.Keep(new byte[50]).Dispose();
        }
        // The seventh and the eighth each had to have room for 100.
        Assert.Equal(
            ["1", "2", "3", "4", "5", "6", "7"],
            Kept(memory, [.. Enumerable.Range(0, 8).Select(i => $"{i}")])
        );
    }

    [Fact]
    public void One_archive_takes_a_quarter_at_most()
    {
        var memory = new ArchiveMemory(400);
        Assert.Null(memory.TryReserve(Name("a"), 101));
        using var room = memory.TryReserve(Name("a"), 100)!;
        Assert.Throws<ArgumentOutOfRangeException>(() => room.Keep(new byte[101]));
    }

    [Fact]
    public void Nothing_is_kept_where_there_is_no_room_at_all() =>
        Assert.Null(new ArchiveMemory(0).TryReserve(Name("a"), 1));

    [Fact]
    public void What_was_asked_for_is_remembered_until_thousands_of_others_were()
    {
        var memory = new ArchiveMemory(400);
        Assert.False(memory.IsAskedAgain(Name("a")));
        Assert.True(memory.IsAskedAgain(Name("a")));
        for (var i = 0; i < 4096; i++)
            memory.IsAskedAgain(Name($"other {i}"));
        Assert.False(memory.IsAskedAgain(Name("a")));
        Assert.True(memory.IsAskedAgain(Name("other 4095")));
    }

    private static ArchiveName Name(string name) =>
        new(Sha256Digest.Compute(System.Text.Encoding.UTF8.GetBytes(name)), NarCompression.None);

    private static void Keep(ArchiveMemory memory, string name, int sizeBytes)
    {
        using var room = memory.TryReserve(Name(name), sizeBytes)!;
        room.Keep(new byte[sizeBytes]).Dispose();
    }

    private static IEnumerable<string> Kept(ArchiveMemory memory, params string[] names)
    {
        foreach (var name in names)
        {
            using var kept = memory.Find(Name(name));
            if (kept is not null)
                yield return name;
        }
    }
}
