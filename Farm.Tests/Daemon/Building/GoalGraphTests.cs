using Farm.Daemon.Building.Goals;
using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Store.Wire;

namespace Farm.Tests.Daemon.Building;

public sealed class GoalGraphTests
{
    private static readonly BuildResult Built = new() { Status = BuildStatus.Built };
    private static readonly BuildResult Failed = BuildResult.Failed(BuildStatus.PermanentFailure, "no");

    [Fact]
    public void A_goal_is_ready_when_all_that_it_waits_for_is_built()
    {
        var (graph, goals) = Graph(3);
        GoalGraph.Wait(goals[2], goals[0]);
        GoalGraph.Wait(goals[2], goals[1]);
        graph.Begin();
        Assert.Equal([goals[0], goals[1]], [graph.TakeReady(), graph.TakeReady()]);
        Assert.Empty(graph.Finish(goals[0], Built, keepsGoing: false, Print));
        Assert.Null(graph.TakeReady());
        graph.Finish(goals[1], Built, keepsGoing: false, Print);
        Assert.Same(goals[2], graph.TakeReady());
        Assert.Equal(1, graph.Unfinished);
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 0)]
    public void A_failure_takes_what_waits_with_it_at_once_or_after_the_other_inputs(bool keepsGoing, int failedAtOnce)
    {
        var (graph, goals) = Graph(4);
        GoalGraph.Wait(goals[2], goals[0]);
        GoalGraph.Wait(goals[2], goals[1]);
        GoalGraph.Wait(goals[3], goals[2]);
        graph.Begin();
        Assert.Equal(failedAtOnce, graph.Finish(goals[0], Failed, keepsGoing, Print).Count);
        if (keepsGoing)
            Assert.Equal([goals[2], goals[3]], graph.Finish(goals[1], Failed, keepsGoing, Print));
        Assert.Equal(BuildStatus.DependencyFailed, goals[3].Result?.Status);
        Assert.Contains(keepsGoing ? "2 dependencies" : "1 dependencies", goals[2].Result?.ErrorMessage);
    }

    private static (GoalGraph Graph, Goal[] Goals) Graph(int count)
    {
        var graph = new GoalGraph();
        Goal[] goals = [.. Enumerable.Range(0, count).Select(NewGoal)];
        foreach (var goal in goals)
            graph.Add(goal);
        return (graph, goals);
    }

    private static Goal NewGoal(int number)
    {
        var derivation = new Derivation
        {
            Name = StorePathName.Parse("x"),
            Outputs = System.Collections.Immutable.ImmutableSortedDictionary<string, DerivationOutput>.Empty,
            Platform = ByteString.FromUtf8("x86_64-linux"),
            Builder = ByteString.FromUtf8("/bin/sh"),
        };
        var path = StorePath.Parse($"{new string((char)('0' + number), 32)}-x.drv");
        return new Goal(path, derivation, DerivationOptions.From(derivation));
    }

    private static string Print(StorePath path) => StoreDir.Default.Print(path);
}
