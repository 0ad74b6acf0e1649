using System.Collections.Immutable;
using System.Text;

namespace Farm.Cli.Terminals;

/// <summary>Rows in aligned columns, without a frame, so that people and <c>awk</c> read them alike.</summary>
public static class TextTable
{
    /// <param name="header">Names of the columns.</param>
    /// <param name="rows">As many cells each.</param>
    /// <param name="hasColour">Whether the header is set off.</param>
    /// <param name="numbers">How many of the first columns hold numbers, which are set to the right.</param>
    public static string Render(
        ImmutableArray<string> header,
        IReadOnlyList<ImmutableArray<string>> rows,
        bool hasColour = false,
        int numbers = 0
    )
    {
        var widths = header.Select((name, column) => rows.Select(row => row[column].Length).Append(name.Length).Max());
        int[] columns = [.. widths];
        var text = new StringBuilder();
        text.Append(hasColour ? "\e[1m" : "")
            .Append(Line(header, columns, numbers))
            .Append(hasColour ? "\e[0m" : "")
            .Append('\n');
        foreach (var row in rows)
        {
            text.Append(Line(row, columns, numbers)).Append('\n');
        }
        return text.ToString();
    }

    private static string Line(ImmutableArray<string> cells, int[] widths, int numbers) =>
        string.Join(
                "  ",
                cells.Select(
                    (cell, column) => column < numbers ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column])
                )
            )
            .TrimEnd();
}
