namespace Farm.Store.Collecting;

/// <summary>In which order dead paths go: what refers before what is referred to, and of those that may go, the oldest first.</summary>
public static class DeletionOrder
{
    /// <exception cref="ArgumentException">The references of the dead form a circle, which no store registers.</exception>
    public static int[] Of(StoreGraph graph, NodeSet dead)
    {
        var referrers = new int[graph.Count];
        foreach (var node in dead.Nodes())
        {
            foreach (var reference in graph.References(node))
                referrers[reference]++;
        }
        var free = new PriorityQueue<int, (long, int)>();
        foreach (var node in dead.Nodes())
        {
            if (referrers[node] == 0)
                Enqueue(node);
        }
        var order = new int[dead.Count];
        var next = 0;
        while (free.TryDequeue(out var node, out _))
        {
            order[next++] = node;
            foreach (var reference in graph.References(node))
            {
                if (--referrers[reference] == 0 && dead.Contains(reference))
                    Enqueue(reference);
            }
        }
        return next == order.Length
            ? order
            : throw new ArgumentException("The references of dead paths form a circle.", nameof(graph));

        void Enqueue(int node) => free.Enqueue(node, (graph[node].RegisteredSeconds, node));
    }
}
