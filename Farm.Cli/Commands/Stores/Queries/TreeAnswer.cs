using System.Collections.Immutable;
using Farm.Cli.Terminals;
using Farm.Store.Closures;
using Farm.Store.Paths;

namespace Farm.Cli.Commands.Stores.Queries;

/// <summary>All that the paths refer to, as trees; below a path that has been shown before nothing is shown again.</summary>
/// <remarks>Source: Nix's <c>printTree</c>. Of two siblings the one that the other needs comes first, which keeps the tree flat.</remarks>
internal static class TreeAnswer
{
    private const string ShownBefore = " [...]";

    public static async Task<IEnumerable<string>> LinesAsync(QueryRequest request, CancellationToken ct)
    {
        StorePath[] roots = [.. request.Paths];
        var closure = await request.Store.ClosureAsync(roots, ct).ConfigureAwait(false);
        var graph = await request.Store.GraphAsync(closure, ct).ConfigureAwait(false);
        var shown = new HashSet<StorePath>();
        return roots.SelectMany(root => Lines(request, graph, root, shown)).ToList();
    }

    private static string[] Lines(QueryRequest request, ReferenceGraph graph, StorePath root, HashSet<StorePath> shown)
    {
        var isNew = false;
        var text = TreeText.Render(
            root,
            path => request.Print(path) + ((isNew = shown.Add(path)) ? "" : ShownBefore),
            // Asked right after the label of the same node.
            path => isNew ? Siblings(graph, path) : []
        );
        return text.TrimEnd('\n').Split('\n');
    }

    private static ImmutableArray<StorePath> Siblings(ReferenceGraph graph, StorePath path) =>
        new ReferenceGraph(graph.Info(path).References.Select(graph.Info)).ReferencesFirst();
}
