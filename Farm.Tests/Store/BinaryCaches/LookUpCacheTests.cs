using Farm.Store.BinaryCaches;
using Farm.Store.Paths;
using Farm.Tests.Support;

namespace Farm.Tests.Store.BinaryCaches;

public sealed class LookUpCacheTests
{
    private const string Address = "https://cache.example.org";

    private static readonly LookUpLimits s_limits = new(
        TimeSpan.FromDays(30),
        TimeSpan.FromHours(1),
        TimeSpan.FromDays(7),
        MostEntries: 100
    );

    [Fact]
    public void What_was_answered_is_there_when_it_is_opened_again()
    {
        using var directory = new TemporaryDirectory();
        using (var first = Open(directory))
        {
            first.PutInfo(Address, "info"u8.ToArray());
            first.Put(Address, Hash(1), "text"u8.ToArray());
            first.Put(Address, Hash(2), null);
        }
        using var second = Open(directory);
        Assert.True(second.TryFindInfo(Address, out var info));
        Assert.Equal("info"u8.ToArray(), info);
        Assert.True(second.TryFind(Address, Hash(1), out var text));
        Assert.Equal("text"u8.ToArray(), text);
        Assert.True(second.TryFind(Address, Hash(2), out text));
        Assert.Null(text);
        Assert.False(second.TryFind(Address, Hash(3), out _));
        Assert.False(second.TryFind("https://other.example.org", Hash(1), out _));
        second.Forget(Address, Hash(1));
        Assert.False(second.TryFind(Address, Hash(1), out _));
    }

    [Fact]
    public void It_does_not_grow_beyond_its_limit()
    {
        using var directory = new TemporaryDirectory();
        using (var first = Open(directory))
        {
            first.PutInfo(Address, "info"u8.ToArray());
            for (var i = 0; i < 12_000; i++)
                first.Put(Address, Hash(i), null);
            Assert.InRange(first.Count(), 1, 5_100);
        }
        using var second = Open(directory);
        Assert.InRange(second.Count(), 0, 100);
    }

    [Fact]
    public async Task A_damaged_file_is_made_anew()
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllBytesAsync(directory.File("lookups"), new byte[10_000]);
        using var made = Open(directory);
        made.PutInfo(Address, null);
        Assert.True(made.TryFindInfo(Address, out _));
    }

    [Fact]
    public async Task Several_share_a_file()
    {
        using var directory = new TemporaryDirectory();
        var caches = Enumerable.Range(0, 4).Select(_ => Open(directory)).ToArray();
        await Parallel.ForAsync(
            0,
            4,
            (one, _) =>
            {
                caches[one].PutInfo(Address, "info"u8.ToArray());
                for (var i = 0; i < 100; i++)
                    caches[one].Put(Address, Hash(i), null);
                return ValueTask.CompletedTask;
            }
        );
        Assert.All(caches, cache => Assert.Equal(100, cache.Count()));
        foreach (var cache in caches)
            cache.Dispose();
    }

    private static LookUpCache Open(TemporaryDirectory directory) =>
        LookUpCache.Open(directory.File("lookups"), s_limits, TimeProvider.System);

    private static StorePathHash Hash(int number) => CacheServer.PathOf($"n{number}").Hash;
}
