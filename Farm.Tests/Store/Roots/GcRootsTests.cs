using Farm.Store;
using Farm.Store.Paths;
using Farm.Store.Roots;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Roots;

public sealed class GcRootsTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;

    [RequiresNixFact]
    public async Task A_thousand_replacements_of_one_root_at_once_leave_no_moment_without_it()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var paths = new StorePath[8];
        for (var i = 0; i < paths.Length; i++)
            paths[i] = await AddAsync(temporary, i);
        var roots = new GcRoots(temporary.Store);
        var link = temporary.Work("result");
        await roots.AddIndirectAsync(paths[0], link, s_ct);
        await roots.AddPermanentAsync(paths[0], "farm/one", s_ct);
        var isDone = false;
        var looks = 0;
        // On a thread of its own: the pool's may all be replacing.
        var reading = Task.Factory.StartNew(
            () =>
            {
                while (!Volatile.Read(ref isDone))
                {
                    Assert.NotNull(new FileInfo(link).LinkTarget);
                    Interlocked.Increment(ref looks);
                }
            },
            s_ct,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
        var searching = Task.Run(
            async () =>
            {
                while (!Volatile.Read(ref isDone))
                {
                    var found = await StoreRoots.FindAsync(temporary.Store, includeRuntime: false, s_ct);
                    Assert.Contains(found, root => root.Reason == link);
                    Assert.Contains(found, root => root.Reason.EndsWith("/gcroots/farm/one", StringComparison.Ordinal));
                }
            },
            s_ct
        );
        var replacements = Enumerable
            .Range(0, 1000)
            .Select(i => Task.Run(() => roots.AddIndirectAsync(paths[i % paths.Length], link, s_ct)))
            .Concat(
                Enumerable
                    .Range(0, 1000)
                    .Select(i => Task.Run(() => roots.AddPermanentAsync(paths[i % paths.Length], "farm/one", s_ct)))
            );
        while (Volatile.Read(ref looks) == 0)
            await Task.Delay(1);
        var before = Volatile.Read(ref looks);
        await Task.WhenAll(replacements);
        Volatile.Write(ref isDone, true);
        await reading;
        await searching;
        Assert.True(looks > before, "nobody looked while roots were replaced");

        // Nothing temporary is left, and real Nix sees the two.
        Assert.Equal([link], Directory.GetFileSystemEntries(temporary.Work(""), "result*"));
        using var nix = RealNix.OnStoreAt(temporary.Settings.Layout.Root);
        var said = await nix.RunAsync("nix-store", ["--gc", "--print-roots"], s_ct);
        Assert.Equal(2, said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Single(Directory.GetFileSystemEntries(temporary.Settings.Layout.RootsDir + "/auto"));
    }

    [RequiresNixFact]
    public async Task A_root_has_the_names_that_real_Nix_gives_it()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var path = await AddAsync(temporary, 0);
        var link = temporary.Work("result");
        await new GcRoots(temporary.Store).AddIndirectAsync(path, link, s_ct);
        var ours = Directory.GetFileSystemEntries(temporary.Settings.Layout.RootsDir + "/auto");
        File.Delete(ours[0]);
        using var nix = RealNix.OnStoreAt(temporary.Settings.Layout.Root);
        var printed = StoreDir.Default.Print(path);
        await nix.RunAsync("nix-store", ["--realise", "--add-root", link, "--indirect", printed], s_ct);
        Assert.Equal(ours, Directory.GetFileSystemEntries(temporary.Settings.Layout.RootsDir + "/auto"));
        Assert.Equal(printed, new FileInfo(link).LinkTarget);
    }

    [Fact]
    public async Task A_root_is_refused_in_the_store_over_something_else_and_for_what_is_not_valid()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var path = await AddAsync(temporary, 0);
        var roots = new GcRoots(temporary.Store);
        var inStore = temporary.Settings.Layout.PhysicalStoreDir + "/result";
        await File.WriteAllTextAsync(temporary.Work("file"), "mine", s_ct);
        File.CreateSymbolicLink(temporary.Work("elsewhere"), "/etc/passwd");
        foreach (
            var link in (string[])[inStore, "/nix/store/result", temporary.Work("file"), temporary.Work("elsewhere")]
        )
            await Assert.ThrowsAsync<StoreException.RootRefused>(() => roots.AddIndirectAsync(path, link, s_ct));
        await Assert.ThrowsAsync<StoreException.InvalidPath>(() =>
            roots.AddIndirectAsync(TempRootsTests.Some(1), temporary.Work("result"), s_ct)
        );
        Assert.Equal("mine", await File.ReadAllTextAsync(temporary.Work("file"), s_ct));
        Assert.Empty(temporary.Store.TempRoots.Held());
    }

    [Fact]
    public async Task A_permanent_root_is_removed_with_its_folder()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var path = await AddAsync(temporary, 0);
        var roots = new GcRoots(temporary.Store);
        await roots.AddPermanentAsync(path, "farm/1/out", s_ct);
        await roots.AddPermanentAsync(path, "farm/2/out", s_ct);
        roots.RemovePermanent("farm/1");
        roots.RemovePermanent("farm/1");
        var found = await StoreRoots.FindAsync(temporary.Store, includeRuntime: false, s_ct);
        Assert.Equal(temporary.Settings.Layout.RootsDir + "/farm/2/out", Assert.Single(found).Reason);
    }

    private static async Task<StorePath> AddAsync(TemporaryStore temporary, int number)
    {
        var name = StorePathName.Parse($"root-{number}");
        return (await temporary.Store.AddTextAsync(name, BitConverter.GetBytes(number), [], s_ct)).Path;
    }
}
