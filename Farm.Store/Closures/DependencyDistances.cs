using System.Collections.Immutable;
using Farm.Store.Paths;

namespace Farm.Store.Closures;

/// <summary>How far each path of a graph is from one that it depends on.</summary>
public static class DependencyDistances
{
    /// <summary>For paths that do not depend on it.</summary>
    public const int None = int.MaxValue;

    /// <summary>By number of the path: the fewest references to go along, 0 for the dependency itself, or <see cref="None"/>.</summary>
    public static ImmutableArray<int> To(ReferenceGraph graph, StorePath dependency)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var distances = Enumerable.Repeat(None, graph.Infos.Length).ToArray();
        var referrers = Referrers(graph);
        var left = new Queue<int>();
        if (graph.NumberOf(dependency) is >= 0 and var target)
        {
            distances[target] = 0;
            left.Enqueue(target);
        }
        while (left.TryDequeue(out var number))
        {
            foreach (var referrer in referrers[number])
            {
                if (distances[referrer] != None)
                    continue;
                distances[referrer] = distances[number] + 1;
                left.Enqueue(referrer);
            }
        }
        return [.. distances];
    }

    private static List<int>[] Referrers(ReferenceGraph graph)
    {
        var referrers = new List<int>[graph.Infos.Length];
        for (var number = 0; number < referrers.Length; number++)
            referrers[number] = [];
        for (var number = 0; number < referrers.Length; number++)
        {
            foreach (var reference in graph.ReferencesOf(number))
                referrers[reference].Add(number);
        }
        return referrers;
    }
}
