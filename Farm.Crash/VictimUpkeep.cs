using System.Collections.Immutable;
using Farm.Store;
using Farm.Store.Collector;
using Farm.Store.Integrity;
using Farm.Store.Local;
using Farm.Store.Optimising;
using Farm.Store.Roots;

namespace Farm.Crash;

/// <summary>The steps that keep, delete, share and repair what is valid.</summary>
internal sealed class VictimUpkeep(CrashWorld world, LocalStore store, IStore good, Damage damage)
{
    private const int Links = 10;
    private const int SomeBytes = 20_000;

    private readonly GarbageCollector _collector = new(store, store.Collector);
    private readonly GcRoots _roots = new(store);

    /// <summary>Those that concern one path.</summary>
    public ImmutableArray<VictimStep> Small =>
        [
            new("replace a root", ReplaceRootAsync),
            new("add and make a root", AddAndRootAsync),
            new("make an indirect root", AddIndirectAsync),
            new("delete a path", DeleteAsync),
        ];

    /// <summary>Those that go over the whole store.</summary>
    public ImmutableArray<VictimStep> Whole =>
        [
            new("collect", CollectAsync),
            new("optimise", _ => new StoreOptimiser(store).OptimiseAsync(null, CancellationToken.None)),
            new("repair", RepairAsync),
            new("sweep links", _ => store.SweepLinksAsync(CancellationToken.None)),
        ];

    /// <summary>Puts a root in the place of another one; now and then one is removed.</summary>
    private async Task ReplaceRootAsync(Random random)
    {
        var name = CrashWorld.RootName(random.Next(CrashWorld.Roots));
        var valid = await store.AllValidAsync(CancellationToken.None);
        if (random.Next(10) == 0)
            _roots.RemovePermanent(name);
        else if (!valid.IsEmpty)
            await _roots.AddPermanentAsync(valid[random.Next(valid.Count)], name, CancellationToken.None);
    }

    /// <summary>Makes a root of what is just added, so that the store does not run empty.</summary>
    private async Task AddAndRootAsync(Random random)
    {
        var tree = random.Next(CrashWorld.Trees);
        var added = await Preparation.AddTreeAsync(store, world, tree, CancellationToken.None);
        await _roots.AddPermanentAsync(added.Path, CrashWorld.RootName(tree), CancellationToken.None);
    }

    private async Task AddIndirectAsync(Random random)
    {
        var link = world.Work($"links/{random.Next(Links)}");
        var valid = await store.AllValidAsync(CancellationToken.None);
        if (!valid.IsEmpty)
            await _roots.AddIndirectAsync(valid[random.Next(valid.Count)], link, CancellationToken.None);
    }

    private async Task DeleteAsync(Random random)
    {
        var valid = await store.AllValidAsync(CancellationToken.None);
        if (valid.IsEmpty)
            return;
        var request = new CollectRequest.DeletePaths([valid[random.Next(valid.Count)]], random.Next(2) == 0);
        await _collector.CollectAsync(request, null, CancellationToken.None);
    }

    private Task<CollectReport> CollectAsync(Random random) =>
        _collector.CollectAsync(
            new CollectRequest.Collect(random.Next(2) == 0 ? SomeBytes : null),
            null,
            CancellationToken.None
        );

    /// <summary>Nothing may be wrong but what was damaged on purpose.</summary>
    private async Task RepairAsync(Random random)
    {
        var options = new VerifyOptions(CheckContents: true, new StoreRepairSource(store, good));
        var report = await new StoreVerifier(store).VerifyAsync(options, null, CancellationToken.None);
        if (report.Findings.FirstOrDefault(finding => !damage.Explains(finding)) is { } wrong)
            throw new InvalidOperationException($"Found while others work: {wrong}");
    }
}
