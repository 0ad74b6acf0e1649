using System.Collections.Concurrent;
using System.Text;
using Farm.Store;
using Farm.Store.Collector;
using Farm.Store.Paths;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Collector;

/// <summary>A store that takes the disk for as full as a test says, at the time that it says.</summary>
public sealed class AutoCollectorTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;
    private readonly SetClock _clock = new();
    private readonly ConcurrentQueue<AutoCollection> _told = new();
    private long _free = 5000;

    [Fact]
    public async Task Below_the_minimum_a_collection_begins_and_frees_up_to_the_maximum()
    {
        await using var temporary = await OpenAsync();
        await using var collector = Collector(temporary);
        Assert.Null(collector.Begin());
        _free = 900;
        Assert.Null(collector.Begin()); // The interval has not passed.
        _clock.Now += TimeSpan.FromSeconds(5);
        var running = collector.Begin();
        Assert.NotNull(running);
        await running;
        Assert.Equal(3, (await temporary.Store.AllValidAsync(s_ct)).Count);
        Assert.Equal(2, collector.LastReport?.DeletedPaths);
        Assert.Equal(new AutoCollection.Begun(900, 1100), _told.First());
        Assert.Equal(900, Assert.IsType<AutoCollection.Ended>(_told.Last()).FreeBytes);
    }

    [Fact]
    public async Task One_that_did_not_help_is_not_repeated_before_more_is_used()
    {
        await using var temporary = await OpenAsync();
        await using var collector = Collector(temporary);
        _free = 900;
        await (collector.Begin() ?? throw new InvalidOperationException("none began"));
        _clock.Now += TimeSpan.FromMinutes(1);
        Assert.Null(collector.Begin());
        _free = 800;
        _clock.Now += TimeSpan.FromMinutes(1);
        await (collector.Begin() ?? throw new InvalidOperationException("none began"));
        Assert.Equal(2, _told.OfType<AutoCollection.Ended>().Count());
    }

    [Fact]
    public async Task An_addition_waits_for_the_collection_that_makes_room_for_it()
    {
        await using var temporary = await OpenAsync();
        await using var collector = Collector(temporary);
        _free = 900;
        var left = await collector.AddAsync(() => temporary.Store.AllValidAsync(s_ct), s_ct);
        Assert.Equal(3, left.Count);
    }

    [Fact]
    public async Task An_addition_that_meets_a_full_disk_begins_one_whatever_the_interval_and_fails()
    {
        await using var temporary = await OpenAsync();
        await using var collector = Collector(temporary);
        Assert.Null(collector.Begin());
        var full = new StoreException.NoSpace("/somewhere", new IOException("full"));
        await Assert.ThrowsAsync<StoreException.NoSpace>(() =>
            collector.AddAsync<int>(() => Task.FromException<int>(full), s_ct)
        );
        Assert.Null(Assert.IsType<AutoCollection.Begun>(_told.First()).FreeBytes);
        Assert.NotNull(collector.LastReport);
    }

    [Fact]
    public async Task A_failure_is_told_and_leaves_the_addition_alone()
    {
        await using var temporary = await OpenAsync();
        var dead = (await temporary.Store.AllValidAsync(s_ct))[0];
        await using var collector = Collector(temporary);
        collector.Observer = new ProgressCall<AutoCollection>(said =>
        {
            _told.Enqueue(said);
            if (said is AutoCollection.Begun)
                throw new StoreException.InvalidPath(dead.ToString());
        });
        _free = 900;
        Assert.Equal(5, (await collector.AddAsync(() => temporary.Store.AllValidAsync(s_ct), s_ct)).Count);
        Assert.IsType<StoreException.InvalidPath>(collector.LastFailure);
        Assert.IsType<AutoCollection.Failed>(_told.Last());
    }

    private AutoCollector Collector(TemporaryStore temporary) =>
        new(temporary.Store, _clock, () => _free) { Observer = new ProgressCall<AutoCollection>(_told.Enqueue) };

    /// <summary>Five dead paths of 1,000 bytes, and rules that the real disk never meets.</summary>
    private static async Task<TemporaryStore> OpenAsync()
    {
        var temporary = await TemporaryStore.OpenAsync();
        temporary.Settings = temporary.Settings with
        {
            Collector = new CollectorSettings { MinFreeBytes = 1000, MaxFreeBytes = 2000 },
        };
        await temporary.ReopenAsync();
        for (var number = 0; number < 5; number++)
        {
            var text = Encoding.ASCII.GetBytes(new string((char)('a' + number), 1000));
            await temporary.Store.AddTextAsync(StorePathName.Parse($"path-{number}"), text, [], s_ct);
        }
        return temporary;
    }

    private sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch.AddYears(50);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
