using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Farm.Benchmarks.Reporting;

/// <summary>The figures of one group: a table for people, and a JSON file for programs.</summary>
public sealed class FigureSheet(string group)
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly List<Figure> _figures = [];

    public IReadOnlyList<Figure> Figures => _figures;

    public void Add(Figure figure) => _figures.Add(figure);

    /// <summary>Adds a rate or time that is measured without Nix.</summary>
    public void Add(string what, string unit, Sample farm) => Add(new Figure(what, unit, farm));

    public void Print(TextWriter output)
    {
        string[][] rows =
        [
            [group, "unit", "median", "best", "nix median", "nix best", "ratio", "limit", "x limit"],
            .. _figures.Select(Cells),
        ];
        var widths = Enumerable.Range(0, rows[0].Length).Select(i => rows.Max(row => row[i].Length)).ToArray();
        foreach (var row in rows)
        {
            var cells = row.Select((cell, i) => i < 2 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]));
            output.WriteLine(string.Join("  ", cells).TrimEnd());
        }
        output.WriteLine();
    }

    /// <summary>Writes <c>GROUP.json</c> into a folder, which is made where it is not there.</summary>
    public async Task WriteAsync(string folder, string? nixVersion, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        var content = new
        {
            group,
            nixVersion,
            processors = Environment.ProcessorCount,
            figures = _figures,
        };
        var text = JsonSerializer.Serialize(content, s_json);
        await File.WriteAllTextAsync(Path.Combine(folder, $"{group}.json"), text + "\n", ct);
    }

    private static string[] Cells(Figure figure) =>
        [
            figure.What,
            figure.Unit,
            Number(figure.Farm.Median),
            Number(figure.Farm.Best),
            Number(figure.Nix?.Median),
            Number(figure.Nix?.Best),
            figure.Ratio?.ToString("F2", CultureInfo.InvariantCulture) ?? "",
            Number(figure.Limit?.Median),
            figure.ToLimit?.ToString("F2", CultureInfo.InvariantCulture) ?? "",
        ];

    private static string Number(double? value) =>
        value switch
        {
            null => "",
            >= 1000 => value.Value.ToString("N0", CultureInfo.InvariantCulture),
            >= 10 => value.Value.ToString("F1", CultureInfo.InvariantCulture),
            _ => value.Value.ToString("F3", CultureInfo.InvariantCulture),
        };
}
