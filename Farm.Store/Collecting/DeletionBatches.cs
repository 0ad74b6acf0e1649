namespace Farm.Store.Collecting;

/// <summary>Cuts the order of deletion into batches, by number of paths and by the bytes that may still go.</summary>
public sealed class DeletionBatches(StoreGraph graph, int[] order, int mostPaths)
{
    private int _next;

    /// <summary>Whether all have been given out.</summary>
    public bool IsEmpty => _next == order.Length;

    /// <summary>The next nodes: so few that only the last of them can pass the limit.</summary>
    /// <param name="bytesLeft">How many bytes may still go; null for no limit.</param>
    public ReadOnlyMemory<int> Take(long? bytesLeft)
    {
        var start = _next;
        var sum = 0L;
        while (_next < order.Length && _next - start < mostPaths && (_next == start || !(sum > bytesLeft)))
            sum = checked(sum + graph[order[_next++]].NarSizeBytes);
        return order.AsMemory(start, _next - start);
    }
}
