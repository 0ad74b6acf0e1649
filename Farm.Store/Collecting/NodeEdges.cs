namespace Farm.Store.Collecting;

/// <summary>Edges between numbered nodes, as two arrays.</summary>
internal sealed class NodeEdges
{
    private readonly int[] _starts;
    private readonly int[] _targets;

    private NodeEdges(int[] starts, int[] targets) => (_starts, _targets) = (starts, targets);

    /// <summary>Where the edges of a node lead.</summary>
    public ReadOnlySpan<int> Of(int node) => _targets.AsSpan(_starts[node], _starts[node + 1] - _starts[node]);

    /// <summary>Takes edges in any order.</summary>
    public static NodeEdges From(int nodes, List<(int From, int To)> edges)
    {
        var starts = new int[nodes + 1];
        foreach (var (from, _) in edges)
            starts[from + 1]++;
        for (var node = 0; node < nodes; node++)
            starts[node + 1] += starts[node];
        var next = starts[..^1];
        var targets = new int[edges.Count];
        foreach (var (from, to) in edges)
            targets[next[from]++] = to;
        return new(starts, targets);
    }
}
