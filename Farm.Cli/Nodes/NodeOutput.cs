namespace Farm.Cli.Nodes;

/// <summary>Where the lines of all nodes come together, each with the name of its node in front.</summary>
public sealed class NodeOutput
{
    private static readonly int[] Colours = [36, 33, 32, 35, 34, 31];

    private readonly TextWriter _writer;
    private readonly bool _hasColour;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _order;
    private readonly int _width;

    /// <param name="writer">Gets whole lines, one at a time.</param>
    /// <param name="names">All nodes that will write; decides the width of the first column and the colours.</param>
    /// <param name="hasColour">Whether the names are coloured.</param>
    public NodeOutput(TextWriter writer, IReadOnlyList<string> names, bool hasColour)
    {
        _writer = writer;
        _hasColour = hasColour;
        _order = names.Index().ToDictionary(name => name.Item, name => name.Index, StringComparer.Ordinal);
        _width = names.Max(name => name.Length);
    }

    public void Write(string node, string line)
    {
        var label = node.PadRight(_width);
        if (_hasColour && _order.TryGetValue(node, out var index))
        {
            label = $"\e[{Colours[index % Colours.Length]}m{label}\e[0m";
        }
        lock (_gate)
        {
            _writer.WriteLine($"{label} | {line}");
        }
    }
}
