using Farm.Store.Paths;

namespace Farm.Store.Collecting;

/// <summary>Which paths are alive: what is kept from outside, and all that those keep.</summary>
/// <remarks>Source: Nix's <c>libstore/gc.cc</c> and <c>computeFSClosure</c>. Nix explores backwards from each path until it meets a
/// root; forwards from the roots the answer is the same, in one pass. They part in one case, where Nix's own answer depends on the
/// order of the directory: a path whose recorded deriver is valid but does not name it as an output keeps that deriver here.</remarks>
public static class Liveness
{
    /// <param name="graph">The store.</param>
    /// <param name="kept">Hash parts of roots and of what processes hold; those that are not valid have no effect.</param>
    public static NodeSet Mark(StoreGraph graph, IEnumerable<StorePathHash> kept)
    {
        var live = new NodeSet(graph.Count);
        var waiting = new Stack<int>();
        foreach (var hash in kept)
            Take(graph.WithHash(hash));
        while (waiting.TryPop(out var node))
        {
            Take(graph.References(node));
            Take(graph.Kept(node));
        }
        return live;

        void Take(ReadOnlySpan<int> nodes)
        {
            foreach (var node in nodes)
            {
                if (live.Add(node))
                    waiting.Push(node);
            }
        }
    }

    /// <summary>What is dead and may go: not alive, and registered before a moment, as everything that refers to it was.</summary>
    /// <param name="graph">The store.</param>
    /// <param name="live">What is alive.</param>
    /// <param name="before">Null for no such limit.</param>
    public static NodeSet Dead(StoreGraph graph, NodeSet live, DateTimeOffset? before)
    {
        var spared = before is { } moment ? Spared(graph, live, moment.ToUnixTimeSeconds()) : new(graph.Count);
        var dead = new NodeSet(graph.Count);
        for (var node = 0; node < graph.Count; node++)
        {
            if (!live.Contains(node) && !spared.Contains(node))
                dead.Add(node);
        }
        return dead;
    }

    /// <summary>Dead paths that are too young, and what those refer to: it cannot go before them.</summary>
    private static NodeSet Spared(StoreGraph graph, NodeSet live, long before)
    {
        var spared = new NodeSet(graph.Count);
        var waiting = new Stack<int>();
        for (var node = 0; node < graph.Count; node++)
        {
            if (!live.Contains(node) && graph[node].RegisteredSeconds >= before && spared.Add(node))
                waiting.Push(node);
        }
        while (waiting.TryPop(out var node))
        {
            foreach (var reference in graph.References(node))
            {
                if (!live.Contains(reference) && spared.Add(reference))
                    waiting.Push(reference);
            }
        }
        return spared;
    }
}
