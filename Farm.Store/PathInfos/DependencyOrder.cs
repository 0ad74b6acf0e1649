using System.Collections.Immutable;
using Farm.Store.Paths;

namespace Farm.Store.PathInfos;

/// <summary>Orders paths so that each comes after those it refers to.</summary>
/// <remarks>Depth first from the first path on, references in their order: the order of Nix's <c>topoSortPaths</c>, reversed.</remarks>
public static class DependencyOrder
{
    /// <param name="infos">In any order, each path once; what they refer to beyond them is left out.</param>
    /// <exception cref="StoreException.ReferenceCycle">Paths refer to one another in a circle.</exception>
    public static ImmutableArray<PathInfo> Sort(IEnumerable<PathInfo> infos)
    {
        var byPath = infos.ToImmutableSortedDictionary(info => info.Path, info => info);
        var sorted = ImmutableArray.CreateBuilder<PathInfo>(byPath.Count);
        var isDone = new Dictionary<StorePath, bool>(); // Absent: not seen. False: on the way down to it.
        var open = new Stack<(PathInfo Info, int Next)>();
        foreach (var first in byPath.Values)
        {
            if (!isDone.TryAdd(first.Path, false))
                continue;
            open.Push((first, 0));
            while (open.TryPop(out var frame))
            {
                if (frame.Next == frame.Info.References.Count)
                {
                    isDone[frame.Info.Path] = true;
                    sorted.Add(frame.Info);
                    continue;
                }
                open.Push(frame with { Next = frame.Next + 1 });
                var reference = frame.Info.References[frame.Next];
                if (reference == frame.Info.Path || !byPath.TryGetValue(reference, out var next))
                    continue;
                if (isDone.TryAdd(reference, false))
                    open.Push((next, 0));
                else if (!isDone[reference])
                    throw new StoreException.ReferenceCycle(reference.ToString());
            }
        }
        return sorted.MoveToImmutable();
    }
}
