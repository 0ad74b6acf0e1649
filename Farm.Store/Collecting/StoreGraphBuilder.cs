namespace Farm.Store.Collecting;

/// <summary>Takes a graph as the rows of a database come.</summary>
public sealed class StoreGraphBuilder
{
    private readonly List<GraphNode> _nodes = [];
    private readonly Dictionary<long, int> _byRow = [];
    private readonly List<(int From, int To)> _references = [];
    private readonly List<(int From, int To)> _kept = [];

    /// <summary>A valid path. All come before the first edge.</summary>
    public void Add(GraphNode node)
    {
        _byRow.Add(node.Row, _nodes.Count);
        _nodes.Add(node);
    }

    /// <summary>A reference. One to itself is left out.</summary>
    public void AddReference(long referrer, long reference) => AddTo(_references, referrer, reference);

    /// <summary>A path keeps another that it does not refer to: its deriver, or its output.</summary>
    public void AddKept(long keeper, long kept) => AddTo(_kept, keeper, kept);

    public StoreGraph Build() =>
        new([.. _nodes], NodeEdges.From(_nodes.Count, _references), NodeEdges.From(_nodes.Count, _kept));

    private void AddTo(List<(int From, int To)> edges, long from, long to)
    {
        if (from != to)
            edges.Add((_byRow[from], _byRow[to]));
    }
}
