using Farm.Store.Paths;

namespace Farm.Store.Collecting;

/// <summary>All valid paths of a store and what each keeps, as numbers. Nodes are numbered from 0, in the order of <see cref="GraphNode.Row"/>.</summary>
public sealed class StoreGraph
{
    private readonly GraphNode[] _nodes;
    private readonly NodeEdges _references;
    private readonly NodeEdges _kept;
    private readonly int[] _byHash;

    internal StoreGraph(GraphNode[] nodes, NodeEdges references, NodeEdges kept)
    {
        (_nodes, _references, _kept) = (nodes, references, kept);
        _byHash = new int[nodes.Length];
        for (var node = 0; node < nodes.Length; node++)
            _byHash[node] = node;
        Array.Sort(_byHash, (left, right) => nodes[left].Hash.CompareTo(nodes[right].Hash));
    }

    public int Count => _nodes.Length;

    public ref readonly GraphNode this[int node] => ref _nodes[node];

    /// <summary>What a path refers to, itself left out.</summary>
    public ReadOnlySpan<int> References(int node) => _references.Of(node);

    /// <summary>What a path keeps beyond its references by the <see cref="KeepRules"/> that the graph was read with.</summary>
    public ReadOnlySpan<int> Kept(int node) => _kept.Of(node);

    /// <summary>The nodes with this hash part: one as a rule.</summary>
    public ReadOnlySpan<int> WithHash(StorePathHash hash)
    {
        var (low, high) = (0, _byHash.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_nodes[_byHash[middle]].Hash.CompareTo(hash) < 0)
                low = middle + 1;
            else
                high = middle;
        }
        for (high = low; high < _byHash.Length && _nodes[_byHash[high]].Hash == hash; )
            high++;
        return _byHash.AsSpan(low, high - low);
    }

    /// <summary>The node of a path; null where the path is not valid.</summary>
    public int? Find(StorePath path) => Find(path.Hash, NameKey.Of(path.Name));

    /// <summary>As <see cref="Find(StorePath)"/>, given the parts.</summary>
    public int? Find(StorePathHash hash, uint nameKey)
    {
        foreach (var node in WithHash(hash))
        {
            if (_nodes[node].NameKey == nameKey)
                return node;
        }
        return null;
    }
}
