using System.Text;
using Farm.Store;
using Farm.Store.Collector;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Collector;

public sealed class NamedDeletionTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;

    [Fact]
    public async Task A_set_that_only_refers_to_itself_goes_in_whatever_order_it_is_named()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var below = await AddAsync(temporary, "below", []);
        var above = await AddAsync(temporary, "above", [below.Path]);
        var other = await AddAsync(temporary, "other", [below.Path]);
        var report = await DeleteAsync(temporary, other.Path, below.Path, above.Path);
        Assert.Equal(3, report.DeletedPaths);
        Assert.Empty(await temporary.Store.AllValidAsync(s_ct));
    }

    [Fact]
    public async Task A_path_with_a_referrer_that_is_not_named_is_refused_with_it_and_nothing_goes()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var below = await AddAsync(temporary, "below", []);
        var above = await AddAsync(temporary, "above", [below.Path]);
        var free = await AddAsync(temporary, "free", []);
        var refused = await Assert.ThrowsAsync<StoreException.InUse>(() =>
            DeleteAsync(temporary, free.Path, below.Path)
        );
        Assert.Contains(temporary.Store.StoreDir.Print(above.Path), refused.Message, StringComparison.Ordinal);
        Assert.Equal(3, (await temporary.Store.AllValidAsync(s_ct)).Count);
    }

    [Fact]
    public async Task A_root_is_refused_with_its_link_also_where_liveness_is_ignored()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var root = await AddAsync(temporary, "root", []);
        var layout = temporary.Store.Layout;
        Directory.CreateDirectory(layout.RootsDir);
        File.CreateSymbolicLink($"{layout.RootsDir}/mine", layout.StoreDir.Print(root.Path));
        foreach (var ignores in (bool[])[false, true])
        {
            var refused = await Assert.ThrowsAsync<StoreException.InUse>(() =>
                RunAsync(temporary, new CollectRequest.DeletePaths([root.Path], ignores))
            );
            Assert.Contains("gcroots/mine", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_held_path_is_refused()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var held = await AddAsync(temporary, "held", []);
        await using var hold = await temporary.Store.TempRoots.HoldAsync([held.Path], s_ct);
        await Assert.ThrowsAsync<StoreException.InUse>(() =>
            RunAsync(temporary, new CollectRequest.DeletePaths([held.Path], IgnoresLiveness: true))
        );
    }

    [RequiresNixFact]
    public async Task A_derivation_with_a_valid_output_is_refused_by_the_keep_rule_and_goes_where_liveness_is_ignored()
    {
        await using var made = await NixMadeStore.CreateAsync(
            seed: 3,
            derivations: 5,
            Farm.Store.Local.ImmutableBit.Off
        );
        var temporary = made.Temporary;
        foreach (var root in Directory.GetFiles(temporary.Store.Layout.RootsDir))
            File.Delete(root);
        var valid = await temporary.Store.AllValidAsync(s_ct);
        var (drv, output) = await FreeDeriverAsync(temporary, valid);
        var refused = await Assert.ThrowsAsync<StoreException.InUse>(() => DeleteAsync(temporary, drv));
        Assert.Contains(temporary.Store.StoreDir.Print(output), refused.Message, StringComparison.Ordinal);
        await RunAsync(temporary, new CollectRequest.DeletePaths([drv], IgnoresLiveness: true));
        Assert.Null(await temporary.Store.QueryAsync(drv, s_ct));
    }

    [Fact]
    public async Task A_leftover_goes_and_what_is_not_there_at_all_is_refused()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var path = StorePath.Parse("0123456789abcdfghijklmnpqrsvwxyz-left");
        await Assert.ThrowsAsync<StoreException.InvalidPath>(() => DeleteAsync(temporary, path));
        Directory.CreateDirectory(temporary.Store.Layout.ToPhysical(path) + "/inside");
        Assert.Equal(1, (await DeleteAsync(temporary, path)).DeletedLeftovers);
        Assert.False(Directory.Exists(temporary.Store.Layout.ToPhysical(path)));
    }

    private static async Task<(StorePath Drv, StorePath Output)> FreeDeriverAsync(
        TemporaryStore temporary,
        IEnumerable<StorePath> valid
    )
    {
        foreach (var path in valid.Where(path => !path.IsDerivation))
        {
            var deriver = (await temporary.Store.QueryAsync(path, s_ct))?.Deriver;
            if (deriver is { } drv && (await temporary.Store.ReferrersAsync(drv, s_ct)).IsEmpty)
                return (drv, path);
        }
        throw new InvalidOperationException("no derivation of the store is without referrers and has an output");
    }

    private static Task<PathInfo> AddAsync(TemporaryStore temporary, string name, StorePath[] references) =>
        temporary.Store.AddTextAsync(StorePathName.Parse(name), Encoding.ASCII.GetBytes(name), [.. references], s_ct);

    private static Task<CollectReport> DeleteAsync(TemporaryStore temporary, params StorePath[] paths) =>
        RunAsync(temporary, new CollectRequest.DeletePaths(paths));

    private static Task<CollectReport> RunAsync(TemporaryStore temporary, CollectRequest request) =>
        new GarbageCollector(temporary.Store, temporary.Store.Collector).CollectAsync(request, progress: null, s_ct);
}
