namespace Farm.Cli.Commands.Stores.Queries;

/// <summary>All that the paths refer to, as GraphML; edges lead from what needs to what is needed.</summary>
/// <remarks>Source: Nix's <c>printGraphML</c>. Its <c>name</c> is the name up to its first dash, that included, or nothing where
/// there is none; so is ours, since both are read by the same programs.</remarks>
internal static class GraphmlAnswer
{
    private const string Head =
        "<?xml version='1.0' encoding='utf-8'?>\n"
        + "<graphml xmlns='http://graphml.graphdrawing.org/xmlns'\n"
        + "    xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'\n"
        + "    xsi:schemaLocation='http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd'>\n"
        + "<key id='narSize' for='node' attr.name='narSize' attr.type='int'/>"
        + "<key id='name' for='node' attr.name='name' attr.type='string'/>"
        + "<key id='type' for='node' attr.name='type' attr.type='string'/>"
        + "<graph id='G' edgedefault='directed'>";

    public static async Task<IEnumerable<string>> LinesAsync(QueryRequest request, CancellationToken ct)
    {
        var lines = new List<string> { Head };
        await foreach (var info in ClosureWalk.Of(request, ct).ConfigureAwait(false))
        {
            var name = info.Path.Name;
            lines.Add($"  <node id=\"{info.Path}\">");
            lines.Add($"    <data key=\"narSize\">{info.NarSizeBytes}</data>");
            lines.Add($"    <data key=\"name\">{name[..(name.IndexOf('-', StringComparison.Ordinal) + 1)]}</data>");
            lines.Add($"    <data key=\"type\">{(info.Path.IsDerivation ? "derivation" : "output-path")}</data>");
            lines.Add("  </node>");
            foreach (var reference in info.References.Remove(info.Path))
            {
                lines.Add($"  <edge source=\"{info.Path}\" target=\"{reference}\"/>");
            }
        }
        lines.Add("</graph>");
        lines.Add("</graphml>");
        return lines;
    }
}
