using Farm.Store.Collecting;
using FsCheck;
using FsCheck.Fluent;

namespace Farm.Tests.Store.Collecting;

public sealed class LivenessTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void What_is_dead_is_what_Nix_finds_dead_whatever_the_order_of_the_directory(bool outputs, bool derivations)
    {
        var keep = new KeepRules(outputs, derivations);
        Prop.ForAll(
                SomeStore.Generator.ToArbitrary(),
                store =>
                {
                    var graph = store.Graph(keep);
                    var live = Liveness.Mark(graph, store.Roots.Select(SomeStore.Hash));
                    var dead = Liveness.Dead(graph, live, before: null).Nodes().ToHashSet();
                    var upwards = Enumerable.Range(0, store.Count).ToArray();
                    return dead.SetEquals(new NixCollection(store, keep).Dead(upwards))
                        && dead.SetEquals(new NixCollection(store, keep).Dead(upwards.Reverse()))
                        && live.Count + dead.Count == store.Count;
                }
            )
            .Check(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Fact]
    public void The_order_of_deletion_has_each_dead_path_once_and_after_all_that_refer_to_it() =>
        Prop.ForAll(
                SomeStore.Generator.ToArbitrary(),
                store =>
                {
                    var graph = store.Graph(KeepRules.Default);
                    var live = Liveness.Mark(graph, store.Roots.Select(SomeStore.Hash));
                    var dead = Liveness.Dead(graph, live, before: null);
                    var order = DeletionOrder.Of(graph, dead);
                    var place = order.Select((path, index) => (path, index)).ToDictionary();
                    return order.Order().SequenceEqual(dead.Nodes())
                        && order.All(path =>
                            store
                                .References[path]
                                .All(to => to == path || !(place.GetValueOrDefault(to, int.MaxValue) < place[path]))
                        );
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void With_an_age_limit_young_paths_and_what_they_refer_to_stay_and_all_else_goes() =>
        Prop.ForAll(
                SomeStore.Generator.ToArbitrary(),
                store =>
                {
                    var graph = store.Graph(KeepRules.Default);
                    var live = Liveness.Mark(graph, store.Roots.Select(SomeStore.Hash));
                    var before = DateTimeOffset.FromUnixTimeSeconds(5);
                    var old = Liveness.Dead(graph, live, before).Nodes().ToHashSet();
                    return Liveness
                        .Dead(graph, live, before: null)
                        .Nodes()
                        .All(path => old.Contains(path) == Referrers(store, path).All(by => store.Registered[by] < 5));
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_leftover_with_the_hash_part_of_a_valid_path_is_not_taken_for_it()
    {
        var graph = new StoreGraphBuilder();
        var path = Farm.Store.Paths.StorePath.Parse("0123456789abcdfghijklmnpqrsvwxyz-hello");
        graph.Add(new GraphNode(1, path.Hash, NameKey.Of(path.Name), 0, 0));
        Assert.Equal(0, graph.Build().Find(path));
        Assert.Null(graph.Build().Find(Farm.Store.Paths.StorePath.Parse($"{path}.lock")));
    }

    /// <summary>Dead paths that refer to this one, directly or not, itself included. All are dead where it is.</summary>
    private static HashSet<int> Referrers(SomeStore store, int path)
    {
        var referrers = new HashSet<int> { path };
        for (var by = path + 1; by < store.Count; by++)
        {
            if (store.References[by].Overlaps(referrers))
                referrers.Add(by);
        }
        return referrers;
    }
}
