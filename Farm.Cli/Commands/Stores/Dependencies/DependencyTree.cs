using System.Collections.Immutable;
using Farm.Store.Closures;
using Farm.Store.Paths;

namespace Farm.Cli.Commands.Stores.Dependencies;

/// <summary>The references that lead from one path to another, nearest first. Source: Nix's <c>nix why-depends</c>.</summary>
internal sealed class DependencyTree
{
    private readonly ReferenceGraph _graph;
    private readonly ImmutableArray<int> _distances;
    private readonly HashSet<StorePath> _shown = [];

    public DependencyTree(ReferenceGraph graph, StorePath package, StorePath dependency, bool isAll)
    {
        (_graph, Package, Dependency, IsAll) = (graph, package, dependency, isAll);
        _distances = DependencyDistances.To(graph, dependency);
    }

    /// <summary>What needs it.</summary>
    public StorePath Package { get; }

    /// <summary>What is needed.</summary>
    public StorePath Dependency { get; }

    /// <summary>Whether all ways are asked for.</summary>
    public bool IsAll { get; }

    /// <summary>Whether there is a way at all.</summary>
    public bool Exists => _distances[_graph.NumberOf(Package)] != DependencyDistances.None;

    /// <summary>Whether a path has been shown before; it is from now on. Nothing need be shown below it again.</summary>
    public bool WasShown(StorePath path) => !_shown.Add(path);

    /// <summary>Paths to go on to: those that are nearest to the dependency first, and only one where not all ways are asked for.</summary>
    public IReadOnlyList<StorePath> Next(StorePath path)
    {
        if (path == Dependency && !IsAll)
        {
            return [];
        }
        var next = new List<int>();
        foreach (var reference in _graph.ReferencesOf(_graph.NumberOf(path)))
        {
            if (_distances[reference] != DependencyDistances.None)
            {
                next.Add(reference);
            }
        }
        var sorted = next.OrderBy(number => _distances[number]).Select(number => _graph.Infos[number].Path);
        return [.. IsAll ? sorted : sorted.Take(1)];
    }
}
