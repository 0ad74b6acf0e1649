namespace Farm.Cli.Commands.Stores.Queries;

/// <summary>All that the paths refer to, in the language of Graphviz; edges lead from what is needed to what needs it.</summary>
/// <remarks>Source: Nix's <c>printDotGraph</c>, the order and the colours of the edges included.</remarks>
internal static class DotAnswer
{
    private static readonly string[] s_colours = ["black", "red", "green", "blue", "magenta", "burlywood"];

    public static async Task<IEnumerable<string>> LinesAsync(QueryRequest request, CancellationToken ct)
    {
        var lines = new List<string> { "digraph G {" };
        var edges = 0;
        await foreach (var info in ClosureWalk.Of(request, ct).ConfigureAwait(false))
        {
            var (id, name) = (info.Path, info.Path.Name);
            lines.Add($"\"{id}\" [label = \"{name}\", shape = box, style = filled, fillcolor = \"#ff0000\"];");
            foreach (var reference in info.References.Remove(info.Path))
            {
                lines.Add($"\"{reference}\" -> \"{id}\" [color = \"{s_colours[edges++ % s_colours.Length]}\"];");
            }
        }
        lines.Add("}");
        return lines;
    }
}
