using System.Collections.Immutable;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Store.Closures;

/// <summary>Some valid paths and which of them refer to which. References to others, and of a path to itself, are not in it.</summary>
/// <remarks>Paths are numbered in their own order, so that whatever is walked in order of the numbers is walked as Nix walks it.</remarks>
public sealed class ReferenceGraph
{
    private readonly ImmutableArray<PathInfo> _infos;
    private readonly Dictionary<StorePath, int> _numbers;
    private readonly int[][] _references;

    /// <param name="infos">The paths, each once, in any order.</param>
    public ReferenceGraph(IEnumerable<PathInfo> infos)
    {
        _infos = [.. infos.OrderBy(info => info.Path)];
        _numbers = new Dictionary<StorePath, int>(_infos.Length);
        foreach (var info in _infos)
            _numbers.Add(info.Path, _numbers.Count);
        _references = [.. _infos.Select(Numbered)];
    }

    /// <summary>What is known of each, in the order of the paths.</summary>
    public ImmutableArray<PathInfo> Infos => _infos;

    /// <summary>What is known of a path that is in the graph.</summary>
    /// <exception cref="KeyNotFoundException">It is not.</exception>
    public PathInfo Info(StorePath path) => _infos[_numbers[path]];

    /// <summary>The number of a path; -1 where it is not in the graph.</summary>
    public int NumberOf(StorePath path) => _numbers.GetValueOrDefault(path, -1);

    /// <summary>Numbers of what a path refers to, ascending.</summary>
    public ReadOnlySpan<int> ReferencesOf(int number) => _references[number];

    /// <summary>Every path after all that it refers to. Source: Nix's <c>topoSortPaths</c>, read from its end.</summary>
    public ImmutableArray<StorePath> ReferencesFirst() => [.. NumbersReferencesFirst().Select(at => _infos[at].Path)];

    /// <summary>As <see cref="ReferencesFirst"/>, as numbers.</summary>
    internal List<int> NumbersReferencesFirst()
    {
        var order = new List<int>(_infos.Length);
        var isSeen = new bool[_infos.Length];
        var path = new Stack<(int Number, int Next)>();
        for (var start = 0; start < _infos.Length; start++)
        {
            if (isSeen[start])
                continue;
            isSeen[start] = true;
            path.Push((start, 0));
            while (path.TryPop(out var at))
            {
                var references = _references[at.Number];
                var next = at.Next;
                while (next < references.Length && isSeen[references[next]])
                    next++;
                if (next == references.Length)
                {
                    order.Add(at.Number);
                    continue;
                }
                isSeen[references[next]] = true;
                path.Push((at.Number, next + 1));
                path.Push((references[next], 0));
            }
        }
        return order;
    }

    private int[] Numbered(PathInfo info)
    {
        var numbers = new List<int>(info.References.Count);
        foreach (var reference in info.References)
        {
            if (reference != info.Path && _numbers.TryGetValue(reference, out var number))
                numbers.Add(number);
        }
        return [.. numbers];
    }
}
