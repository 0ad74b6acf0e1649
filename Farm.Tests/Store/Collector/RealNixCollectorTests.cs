using Farm.Store.Collecting;
using Farm.Store.Collector;
using Farm.Store.Local;
using Farm.Store.Paths;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Collector;

public sealed class RealNixCollectorTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;
    private static readonly KeepRules[] s_rules =
    [
        new(false, false),
        new(false, true),
        new(true, false),
        new(true, true),
    ];

    [RequiresNixFact]
    public async Task Real_Nix_lists_the_same_paths_as_dead_and_as_alive_with_every_keep_rule()
    {
        for (var seed = 0; seed < 3; seed++)
        {
            await using var made = await NixMadeStore.CreateAsync(seed, derivations: 30, ImmutableBit.Off);
            var store = made.Temporary.Store;
            await File.WriteAllTextAsync($"{store.Layout.PhysicalStoreDir}/{new string('1', 32)}-left.lock", "", s_ct);
            var ours = new List<(KeepRules Rules, string[] Dead, string[] Live)>();
            foreach (var rules in s_rules)
            {
                var collector = new GarbageCollector(store, new CollectorSettings { Keep = rules });
                ours.Add(
                    (
                        rules,
                        await ListAsync(collector, store.StoreDir, new CollectRequest.QueryDead()),
                        await ListAsync(collector, store.StoreDir, new CollectRequest.QueryLive())
                    )
                );
            }
            await made.Temporary.CloseAsync();
            foreach (var (rules, dead, live) in ours)
            {
                Assert.Equal(await SayAsync(made.Nix, rules, "--print-dead"), dead);
                Assert.Equal(await SayAsync(made.Nix, rules, "--print-live"), live);
                Assert.NotEmpty(dead);
                Assert.NotEmpty(live);
            }
        }
    }

    [RequiresNixFact]
    public async Task After_a_collection_real_Nix_finds_the_store_sound_and_nothing_dead()
    {
        await using var made = await NixMadeStore.CreateAsync(seed: 7, derivations: 40, ImmutableBit.Auto);
        var store = made.Temporary.Store;
        var collector = new GarbageCollector(store, store.Collector);
        var dead = (await collector.CollectAsync(new CollectRequest.QueryDead(), progress: null, s_ct)).Listed;
        var report = await collector.CollectAsync(new CollectRequest.Collect(), progress: null, s_ct);
        Assert.Equal(dead.Count, report.DeletedPaths);
        Assert.NotEqual(0, report.FreedBytes);
        await made.Temporary.CloseAsync();
        await made.Nix.RunAsync("nix-store", ["--verify", "--check-contents"], s_ct);
        Assert.Empty(await SayAsync(made.Nix, KeepRules.Default, "--print-dead"));
    }

    private static async Task<string[]> ListAsync(
        GarbageCollector collector,
        StoreDir storeDir,
        CollectRequest request
    ) => [.. (await collector.CollectAsync(request, progress: null, s_ct)).Listed.Select(storeDir.Print)];

    private static async Task<string[]> SayAsync(RealNix nix, KeepRules rules, string question)
    {
        string[] options =
        [
            "--option",
            "keep-outputs",
            rules.Outputs ? "true" : "false",
            "--option",
            "keep-derivations",
            rules.Derivations ? "true" : "false",
        ];
        var said = await nix.RunAsync("nix-store", ["--gc", question, .. options], s_ct);
        return [.. said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];
    }
}
