using System.Collections;

namespace Farm.Store.Collecting;

/// <summary>Some of a graph's nodes, one bit each.</summary>
public sealed class NodeSet(int nodes)
{
    private readonly BitArray _bits = new(nodes);

    /// <summary>How many nodes are in it.</summary>
    public int Count { get; private set; }

    public bool Contains(int node) => _bits[node];

    /// <summary>Answers false where the node was in it before.</summary>
    public bool Add(int node)
    {
        if (_bits[node])
            return false;
        _bits[node] = true;
        Count++;
        return true;
    }

    /// <summary>The nodes in ascending order.</summary>
    public IEnumerable<int> Nodes()
    {
        for (var node = 0; node < _bits.Length; node++)
        {
            if (_bits[node])
                yield return node;
        }
    }
}
