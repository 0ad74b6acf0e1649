using System.Collections.Immutable;
using System.Numerics;

namespace Farm.Store.Closures;

/// <summary>How many bytes each path's closure has: the NAR sizes of itself and of all it refers to, directly or not.</summary>
public static class ClosureSizes
{
    private const int AtOnce = 64;

    /// <summary>Sizes in bytes, by the number of the path. The graph must hold the closures of its paths.</summary>
    /// <remarks>64 paths are looked for at a time: one pass over the references, with a bit for each that is in the closure.</remarks>
    public static ImmutableArray<long> Of(ReferenceGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var order = graph.NumbersReferencesFirst();
        var sizes = new long[order.Count];
        var found = new ulong[order.Count];
        for (var first = 0; first < order.Count; first += AtOnce)
        {
            Array.Clear(found);
            // Nothing before the first of them in the order can have one of them in its closure.
            for (var i = first; i < order.Count; i++)
            {
                var number = order[i];
                var bits = i < first + AtOnce ? 1UL << (i - first) : 0;
                foreach (var reference in graph.ReferencesOf(number))
                    bits |= found[reference];
                found[number] = bits;
                for (; bits != 0; bits &= bits - 1)
                    sizes[number] += graph.Infos[order[first + BitOperations.TrailingZeroCount(bits)]].NarSizeBytes;
            }
        }
        return [.. sizes];
    }
}
