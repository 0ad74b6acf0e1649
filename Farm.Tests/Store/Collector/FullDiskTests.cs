using System.Text;
using Farm.Store;
using Farm.Store.Collector;
using Farm.Store.Local;
using Farm.Store.Paths;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Collector;

/// <summary>A store on a real, small ext4 file system that is really full.</summary>
public sealed class FullDiskTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;

    [RootFact]
    public Task When_all_blocks_are_used_adding_fails_in_one_sentence_and_succeeds_after_a_collection() =>
        FillAndCollectAsync("-N 4096", 512 * 1024);

    [RootFact]
    public Task When_all_inodes_are_used_adding_fails_in_one_sentence_and_succeeds_after_a_collection() =>
        FillAndCollectAsync("-N 160", 100);

    [RootFact]
    public async Task An_addition_that_meets_a_full_disk_finds_room_at_the_next_try_where_collections_begin_by_themselves()
    {
        await using var disk = await SmallDisk.MountAsync("-N 4096");
        var system = ActorSystem.Create("store");
        var settings = Settings(disk) with { Collector = new CollectorSettings { MinFreeBytes = 1 } };
        await using (var store = await LocalStore.OpenAsync(settings, system, TimeProvider.System, s_ct))
        {
            await FillAsync(store, 512 * 1024);
            Assert.NotNull(store.AutoCollector.LastReport);
            await AddAsync(store, "again", 512 * 1024);
        }
        await system.Terminate();
    }

    private static async Task FillAndCollectAsync(string inodes, int pathBytes)
    {
        await using var disk = await SmallDisk.MountAsync(inodes);
        var system = ActorSystem.Create("store");
        await using (var store = await LocalStore.OpenAsync(Settings(disk), system, TimeProvider.System, s_ct))
        {
            var kept = await AddAsync(store, "kept", pathBytes);
            Directory.CreateDirectory(store.Layout.RootsDir);
            File.CreateSymbolicLink($"{store.Layout.RootsDir}/kept", store.StoreDir.Print(kept));
            var failure = await FillAsync(store, pathBytes);
            Assert.Contains("no space left", failure.Message, StringComparison.Ordinal);
            var reserved = new FileInfo($"{store.Layout.DatabaseDir}/reserved");
            Assert.Equal(CollectorSettings.DefaultReservedBytes, reserved.Length);
            var report = await new GarbageCollector(store, store.Collector).CollectAsync(
                new CollectRequest.Collect(),
                progress: null,
                s_ct
            );
            Assert.True(report.DeletedPaths > 5);
            Assert.Equal([kept], await store.AllValidAsync(s_ct));
            reserved.Refresh();
            Assert.Equal(CollectorSettings.DefaultReservedBytes, reserved.Length);
            await AddAsync(store, "again", pathBytes);
        }
        await system.Terminate();
        if (RealNix.MissingProgram is null)
        {
            using var nix = RealNix.OnStoreAt(disk.Directory);
            await nix.RunAsync("nix-store", ["--verify", "--check-contents"], s_ct);
        }
    }

    /// <summary>Adds until the disk is full.</summary>
    private static async Task<StoreException.NoSpace> FillAsync(LocalStore store, int pathBytes)
    {
        for (var number = 0; number < 1000; number++)
        {
            try
            {
                await AddAsync(store, $"fill-{number}", pathBytes);
            }
            catch (StoreException.NoSpace full)
            {
                return full;
            }
        }
        throw new InvalidOperationException("the small disk was never full");
    }

    private static async Task<StorePath> AddAsync(LocalStore store, string name, int bytes)
    {
        var text = Encoding.ASCII.GetBytes(name + new string('x', bytes));
        return (await store.AddTextAsync(StorePathName.Parse(name), text, [], s_ct)).Path;
    }

    private static LocalStoreSettings Settings(SmallDisk disk) =>
        new() { Layout = StoreLayout.Create(disk.Directory, StoreDir.Default) };
}
